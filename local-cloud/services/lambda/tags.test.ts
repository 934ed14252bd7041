import { expect, test } from 'vitest';
import { testMappings } from './event-source-mapping/testing.ts';
import { createTagOperations } from './tags.ts';

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
