import { describe, expect, test } from 'vitest';
import { compileFilters } from './message-filter.ts';
import { testMappings } from './testing.ts';

const criteria = (...patterns: object[]) => ({
  FilterCriteria: { Filters: patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })) },
});

describe('a mapping with filters', () => {
  test('hands over what fits, and deletes the rest', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map(criteria({ body: { status: ['PAID'] } }));
    await account.sendAll(queue, ['{"status":"PAID"}', '{"status":"NEW"}', 'no JSON']);
    await account.pass(60);
    expect(account.invocations.flatMap(({ bodies }) => bodies)).toEqual(['{"status":"PAID"}']);
    expect(await account.counts(queue)).toEqual([0, 0, 0]);
  });

  test('does not invoke the function when nothing fits', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map(criteria({ body: { status: ['PAID'] } }));
    await account.sendAll(queue, ['{"status":"NEW"}']);
    await account.pass(60);
    expect(account.invocations).toEqual([]);
    expect(await account.counts(queue)).toEqual([0, 0, 0]);
  });

  test('fills its window with what fits alone', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    await account.map({
      ...criteria({ body: { n: [{ numeric: ['>', 2] }] } }),
      MaximumBatchingWindowInSeconds: 10,
    });
    await account.sendAll(queue, ['{"n":1}', '{"n":3}', '{"n":2}', '{"n":4}']);
    await account.pass(60);
    expect(account.invocations.map(({ bodies }) => bodies)).toEqual([['{"n":3}', '{"n":4}']]);
  });

  test('shows them, keeps them when it is changed otherwise, and loses them to an empty list', async () => {
    await using account = testMappings();
    await account.createQueue();
    const { FilterCriteria } = criteria({ body: { status: ['PAID'] } });
    const UUID = await account.map({ FilterCriteria });
    expect(account.api.GetEventSourceMapping({ UUID })).toMatchObject({ FilterCriteria });
    await account.api.UpdateEventSourceMapping({ UUID, BatchSize: 5 });
    expect(account.api.GetEventSourceMapping({ UUID })).toMatchObject({ FilterCriteria });
    await account.api.UpdateEventSourceMapping({ UUID, FilterCriteria: { Filters: [] } });
    expect(account.api.GetEventSourceMapping({ UUID })).not.toHaveProperty('FilterCriteria');
  });
});

describe('a message fits', () => {
  const fits = (body: string, ...patterns: object[]) =>
    compileFilters(patterns.map((pattern) => JSON.stringify(pattern)))?.(body);

  test.each([
    ['a pattern for its JSON', '{"a":1}', { body: { a: [1] } }, true],
    ['no pattern for other JSON', '{"a":2}', { body: { a: [1] } }, false],
    ['a pattern for its text', 'paid', { body: ['paid', 'sent'] }, true],
    ['a pattern for the beginning of its text', 'paid-7', { body: [{ prefix: 'paid' }] }, true],
    ['no pattern for text when it is JSON', '{"a":1}', { body: [{ prefix: '{' }] }, false],
    [
      'no pattern for JSON when it is text, not even for what is absent',
      'paid',
      { body: { a: [{ exists: false }] } },
      false,
    ],
    ['an alternative of $or', '{"b":2}', { body: { $or: [{ a: [1] }, { b: [2] }] } }, true],
  ])('%s', (_what, body, pattern, expected) => {
    expect(fits(body, pattern)).toBe(expected);
  });

  test('one of several patterns is enough', () => {
    expect(fits('{"a":2}', { body: { a: [1] } }, { body: { a: [2] } })).toBe(true);
    expect(fits('{"a":3}', { body: { a: [1] } }, { body: { a: [2] } })).toBe(false);
  });

  test('without patterns everything goes to the function', () => {
    expect(compileFilters([])).toBeUndefined();
  });
});

describe('filters are refused', () => {
  test.each([
    ['no JSON', '{'],
    ['no pattern: a value outside of a list', '{"body":{"status":"PAID"}}'],
    ['an empty object', '{}'],
    ['an operator that there is not', '{"body":{"status":[{"like":"P%"}]}}'],
  ])('%s', async (_what, Pattern) => {
    await using account = testMappings();
    await account.createQueue();
    await expect(account.map({ FilterCriteria: { Filters: [{ Pattern }] } })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'Invalid filter pattern definition.',
    });
  });

  test('a sixth one', async () => {
    await using account = testMappings();
    await account.createQueue();
    const pattern = { body: { a: [1] } };
    await expect(account.map(criteria(...Array(6).fill(pattern)))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  test('one of more than 4,096 characters', async () => {
    await using account = testMappings();
    await account.createQueue();
    await expect(account.map(criteria({ body: ['x'.repeat(4096)] }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('one on anything but the body, by name', async () => {
    await using account = testMappings();
    await account.createQueue();
    await expect(account.map(criteria({ messageAttributes: { kind: ['a'] } }))).rejects.toMatchObject({
      message: expect.stringContaining('messageAttributes'),
    });
  });
});
