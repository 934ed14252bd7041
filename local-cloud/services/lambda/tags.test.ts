import { describe, expect, it, test } from 'vitest';
import { testMappings } from './event-source-mapping/testing.ts';
import { createTagOperations } from './tags.ts';
import { testLambda } from './testing.ts';

test('a mapping has the tags that it was made with, and those that came later', async () => {
  await using account = testMappings();
  await account.createQueue();
  const UUID = await account.map({ Tags: { team: 'orders', stage: 'test' } });
  const { EventSourceMappingArn: Resource } = account.api.GetEventSourceMapping({ UUID });
  const { TagResource, UntagResource, ListTags } = createTagOperations((arn) => ({
    tags: account.mappings.tagsOf(arn) ?? new Map(),
  }));
  TagResource({ Resource, Tags: { cost: '7' } });
  UntagResource({ Resource, TagKeys: ['stage'] });
  expect(ListTags({ Resource })).toEqual({ Tags: { team: 'orders', cost: '7' } });
});

test('the tags of a mapping that is gone are not there', async () => {
  await using account = testMappings();
  const Resource = 'arn:aws:lambda:us-east-1:123456789012:event-source-mapping:no-such-mapping';
  expect(() => account.mappings.tagsOf(Resource)).toThrow(`Event source mapping not found: ${Resource}`);
});

test('an ARN of anything else is no mapping’s', async () => {
  await using account = testMappings();
  const arn = 'arn:aws:lambda:us-east-1:123456789012:function:worker';
  expect(account.mappings.tagsOf(arn)).toBeUndefined();
});

// https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html
describe('tags of a function', () => {
  const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:orders';

  async function withOrders() {
    const test = testLambda();
    await test.create('export const handler = async () => 1', { FunctionName: 'orders' });
    return test;
  }

  it.each([
    [
      'of what is none of Lambda’s resources',
      { Resource: 'arn:aws:something', Tags: { team: 'orders' } },
      'ValidationException',
      /^1 validation error detected: Value 'arn:aws:something' at 'resource' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:\(aws/,
    ],
    [
      'that are none',
      { Resource, Tags: {} },
      'InvalidParameterValueException',
      /^An error occurred and the request cannot be processed\.$/,
    ],
    [
      'of a version',
      { Resource: `${Resource}:1`, Tags: { team: 'orders' } },
      'InvalidParameterValueException',
      /^Tags on function aliases and versions are not supported\. Please specify a function ARN\.$/,
    ],
    [
      'of a layer',
      { Resource: Resource.replace('function', 'layer'), Tags: { team: 'orders' } },
      'UnsupportedOperation',
      /^Tags of a layer is not supported/,
    ],
  ])('are not set: %s', async (_what, input, name, message) => {
    await using test = await withOrders();
    await expect(test.lambda.TagResource(input, test.call())).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  it('are 50 at most, those that it has counted in', async () => {
    await using test = await withOrders();
    const Tags = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`key${index}`, 'value']));
    await test.lambda.TagResource({ Resource, Tags }, test.call());
    await test.lambda.TagResource({ Resource, Tags: { key0: 'other' } }, test.call());
    await expect(
      test.lambda.TagResource({ Resource, Tags: { more: 'value' } }, test.call()),
    ).rejects.toMatchObject({ message: 'Number of tags exceeds resource tag limit.' });
  });

  it('are taken away by their keys, of which there must be some', async () => {
    await using test = await withOrders();
    await test.lambda.UntagResource({ Resource, TagKeys: ['not-there'] }, test.call());
    await expect(test.lambda.UntagResource({ Resource, TagKeys: [] }, test.call())).rejects.toMatchObject({
      message:
        "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null",
    });
  });
});
