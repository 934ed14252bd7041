import { expect, test } from 'vitest';
import { wireServiceOf } from '../../../local-cloud/protocols/wire-services.ts';
import { complaintAbout } from './answers.ts';

/** What the fuzzer would see of an answer. */
async function complaint(status: number, body: string, headers: Record<string, string> = {}) {
  const service = await wireServiceOf('lambda');
  if (!service) throw new Error('The account has no Lambda.');
  return complaintAbout(service, { method: 'POST' }, { status, headers, body: Buffer.from(body) });
}

test.each([
  [
    'a failure of the account itself',
    500,
    '{}',
    { 'x-amzn-errortype': 'InternalFailure' },
    '500 InternalFailure',
  ],
  ['an error without a code', 400, '{"message":"no"}', {}, '400 without a code'],
  ['JSON that breaks off', 200, '{"a":', { 'content-type': 'application/x-amz-json-1.0' }, '200: unreadable'],
  ['XML that breaks off', 200, '<a><b></a>', { 'content-type': 'text/xml' }, '200: unreadable'],
])('%s is complained about', async (_what, status, body, headers, says) => {
  expect(await complaint(status, body, headers as Record<string, string>)).toContain(says);
});

test.each([
  ['an answer', 200, '{"a":1}', { 'content-type': 'application/x-amz-json-1.0' }],
  ['a refusal with a code', 400, '{"__type":"a#ValidationException"}', {}],
  ['a failure that the model has', 502, '{}', { 'x-amzn-errortype': 'InvalidZipFileException' }],
])('%s is fine', async (_what, status, body, headers) => {
  expect(await complaint(status, body, headers as Record<string, string>)).toBeUndefined();
});
