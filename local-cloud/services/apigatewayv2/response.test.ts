import { describe, expect, it, test } from 'vitest';
import { AwsError } from '../../errors.ts';
import { rawResponse, send, testApiGateway } from './testing.ts';

const MALFORMED = { status: 500, body: '{"message":"Internal Server Error"}' };

/** What a client gets when a function returns this. */
async function answerTo(result: unknown, payload: '1.0' | '2.0' = '2.0') {
  await using gateway = testApiGateway();
  const { url } = await gateway.createApi(['$default'], { payload });
  gateway.handle(() => result);
  return await send(url, '/');
}

describe('an answer without a status code is the body, as JSON with status 200', () => {
  test.each([
    ['an object', { message: 'hello' }, '{"message":"hello"}'],
    ['a list', [1, 'two'], '[1,"two"]'],
    ['a string, without its quotes', 'say "hello"', 'say "hello"'],
    ['an empty string', '', ''],
    ['a number', 42, '42'],
    ['a boolean', true, 'true'],
    ['nothing', undefined, 'null'],
    ['an object with only a body', { body: 'hello' }, '{"body":"hello"}'],
    ['an object whose status code is null', { statusCode: null }, '{"statusCode":null}'],
    ['what is no JSON', rawResponse('{"name": "John", "age":'), '{"name": "John", "age":'],
    ['JSON with its spaces', rawResponse('{ "a" : 1 }'), '{ "a" : 1 }'],
  ])('%s', async (_, result, body) => {
    const response = await answerTo(result);
    expect([response.status, response.headers['content-type'], response.body]).toEqual([
      200,
      'application/json',
      body,
    ]);
  });
});

describe('an answer with a status code', () => {
  it('is the response', async () => {
    const response = await answerTo({
      statusCode: 201,
      headers: {
        'Content-Type': 'application/json',
        location: '/api/orders/o-1',
        'x-count': 3,
        'x-new': true,
      },
      cookies: ['customer=c-1; Path=/', 'theme=dark'],
      body: '{"orderId":"o-1"}',
    });
    expect(response).toMatchObject({ status: 201, body: '{"orderId":"o-1"}' });
    expect(response.headers).toMatchObject({
      'content-type': 'application/json',
      location: '/api/orders/o-1',
      'x-count': '3',
      'x-new': 'true',
      'set-cookie': ['customer=c-1; Path=/', 'theme=dark'],
    });
  });

  it('is text/plain without a content type', async () => {
    expect((await answerTo({ statusCode: 200, body: '{}' })).headers['content-type']).toBe(
      'text/plain; charset=utf-8',
    );
  });

  it('has an empty body when it has none', async () => {
    const response = await answerTo({ statusCode: 404 });
    expect([response.status, response.body, response.headers['content-length']]).toEqual([404, '', '0']);
  });

  it('has its body decoded when it is base64', async () => {
    const bytes = Buffer.from([0, 255, 128]);
    const response = await answerTo({
      statusCode: 200,
      isBase64Encoded: true,
      body: bytes.toString('base64'),
    });
    expect(response.bytes).toEqual(bytes);
  });

  it('may have its status code as text', async () => {
    expect((await answerTo({ statusCode: '202', body: '' })).status).toBe(202);
  });

  it('carries no date, length or connection of its own', async () => {
    const response = await answerTo({
      statusCode: 200,
      headers: { 'content-length': '999', date: 'never', connection: 'upgrade' },
      body: 'ok',
    });
    expect([response.body, response.headers['content-length']]).toEqual(['ok', '2']);
    expect(response.headers.date).not.toBe('never');
  });

  it('has no body with status 204', async () => {
    const response = await answerTo({ statusCode: 204, body: 'ignored' });
    expect([response.status, response.body]).toEqual([204, '']);
  });

  test.each([
    ['a fraction as status code', { statusCode: 200.5, body: 'x' }],
    ['0 as status code', { statusCode: 0 }],
    ['a word as status code', { statusCode: 'OK' }],
    ['a body that is no string', { statusCode: 200, body: { orderId: 'o-1' } }],
    ['a header that is an object', { statusCode: 200, headers: { a: {} } }],
    ['a header with a line break', { statusCode: 200, headers: { a: 'b\r\nset-cookie: c' } }],
    ['a header name with a space', { statusCode: 200, headers: { 'a b': 'c' } }],
    ['headers that are a list', { statusCode: 200, headers: ['a'] }],
    ['cookies that are a string', { statusCode: 200, cookies: 'a=b' }],
    ['a body that is not the base64 it claims', { statusCode: 200, isBase64Encoded: true, body: '{"a":1}' }],
  ])('with %s is 500', async (_, result) => {
    expect(await answerTo(result)).toMatchObject(MALFORMED);
  });
});

describe('an answer in payload format 1.0', () => {
  it('has headers with one and with several values', async () => {
    const response = await answerTo(
      {
        statusCode: 200,
        headers: { 'content-type': 'text/html', 'x-a': '1' },
        multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'], 'x-a': ['2', '3'] },
        body: 'ok',
      },
      '1.0',
    );
    expect(response).toMatchObject({ status: 200, body: 'ok' });
    expect(response.headers).toMatchObject({
      'content-type': 'text/html',
      'set-cookie': ['a=1', 'b=2'],
      'x-a': '1, 2, 3',
    });
  });

  test.each([
    ['without a status code', { body: 'ok' }],
    ['that is a string', 'ok'],
    ['that is nothing', null],
    ['that is no JSON', rawResponse('not JSON')],
  ])('%s is 500', async (_, result) => {
    expect(await answerTo(result, '1.0')).toMatchObject(MALFORMED);
  });
});

describe('a function that fails', () => {
  it('is 500, and the client does not learn why', async () => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    gateway.handle(() =>
      rawResponse('{"errorType":"Error","errorMessage":"secret"}', { FunctionError: 'Unhandled' }),
    );
    expect(await send(url, '/')).toMatchObject(MALFORMED);
    expect(gateway.journal('request')).toMatchObject([
      { status: 500, integrationError: expect.stringContaining('secret') },
    ]);
  });

  test.each([
    ['AccessDeniedException', 403, 500, 'Internal Server Error'],
    ['ResourceNotFoundException', 404, 500, 'Internal Server Error'],
    ['ServiceException', 500, 500, 'Internal Server Error'],
    ['TooManyRequestsException', 429, 503, 'Service Unavailable'],
    ['RequestTooLargeException', 413, 413, 'Request Entity Too Large'],
  ])('to start with %s is answered', async (code, lambdaStatus, status, message) => {
    await using gateway = testApiGateway();
    const { url } = await gateway.createApi();
    gateway.handle(() => {
      throw new AwsError(code, 'no', { status: lambdaStatus });
    });
    const response = await send(url, '/');
    expect([response.status, JSON.parse(response.body)]).toEqual([status, { message }]);
  });
});
