import { describe, expect, test } from 'vitest';
import { readBatchResponse } from './batch-response.ts';

const IDS = new Set(['a', 'b', 'c']);
const read = (payload: string) => readBatchResponse(Buffer.from(payload), IDS);
const failures = (...entries: unknown[]) => JSON.stringify({ batchItemFailures: entries });

describe('the whole batch has succeeded when the function answers', () => {
  test.each([
    ['nothing', ''],
    ['null', 'null'],
    ['an empty text', '""'],
    ['an empty object', '{}'],
    ['an empty list of failures', failures()],
    ['null for the list of failures', '{"batchItemFailures":null}'],
  ])('%s', (_, payload) => {
    expect(read(payload)).toEqual({ kind: 'success' });
  });
});

describe('the whole batch has failed when the function answers', () => {
  test.each([
    ['what is no JSON', '{"batchItemFailures":'],
    ['a text', '"done"'],
    ['a number', '7'],
    ['an object without batchItemFailures', '{"foo":[]}'],
    ['a key in other letters', '{"BatchItemFailures":[{"itemIdentifier":"a"}]}'],
    ['failures that are no list', '{"batchItemFailures":{"itemIdentifier":"a"}}'],
    ['an empty itemIdentifier', failures({ itemIdentifier: '' })],
    ['a null itemIdentifier', failures({ itemIdentifier: null })],
    ['an itemIdentifier that is a number', failures({ itemIdentifier: 1 })],
    ['an entry with a wrong key', failures({ messageId: 'a' })],
    ['an entry that is a bare id', failures('a')],
    ['a null entry', failures(null)],
    ['the id of no message in the batch', failures({ itemIdentifier: 'd' })],
    ['one bad entry among good ones', failures({ itemIdentifier: 'a' }, { itemIdentifier: '' })],
  ])('%s', (_, payload) => {
    expect(read(payload)).toMatchObject({ kind: 'failure' });
  });
});

test('only the messages that are listed have failed', () => {
  const answer = read(failures({ itemIdentifier: 'a' }, { itemIdentifier: 'c' }));
  expect(answer).toEqual({ kind: 'partial', failed: new Set(['a', 'c']) });
});

test('an id that is listed twice counts once', () => {
  const answer = read(failures({ itemIdentifier: 'b' }, { itemIdentifier: 'b' }));
  expect(answer).toEqual({ kind: 'partial', failed: new Set(['b']) });
});

test('what else the response and its entries hold is ignored', () => {
  const payload = '{"statusCode":200,"batchItemFailures":[{"itemIdentifier":"a","why":"bad"}]}';
  expect(read(payload)).toEqual({ kind: 'partial', failed: new Set(['a']) });
});
