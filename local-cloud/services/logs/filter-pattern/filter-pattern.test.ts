import { expect, test } from 'vitest';
import { compileFilter } from './index.ts';

const fits = (pattern: string, message: string) => compileFilter(pattern)(message) !== undefined;

const order = JSON.stringify({
  level: 'ERROR',
  message: 'payment declined',
  latency: 120.5,
  amount: '42',
  ok: false,
  customer: { id: 'c-7', email: null },
  items: [{ sku: 'a' }, { sku: 'b' }],
  tags: ['new', 'vip'],
});

test.each([
  ['{ $.level = "ERROR" }', true],
  ['{ $.level = ERROR }', true],
  ['{ $.level = "error" }', false],
  ['{ $.level != "INFO" }', true],
  ['{ $.level = "ERR*" }', true],
  ['{ $.level = *RO* }', true],
  ['{ $.level = "ERR" }', false],
  ['{ $.message = %^payment\\sdec% }', true],
  ['{ $.message != %declined% }', false],
  ['{ $.latency > 100 }', true],
  ['{ $.latency >= 120.5 }', true],
  ['{ $.latency < 1e2 }', false],
  ['{ $.latency = 120.5 }', true],
  ['{ $.amount = 42 }', true],
  ['{ $.level > 1 }', false],
  ['{ $.ok IS FALSE }', true],
  ['{ $.ok IS TRUE }', false],
  ['{ $.customer.email IS NULL }', true],
  ['{ $.customer.id IS NULL }', false],
  ['{ $.customer.phone NOT EXISTS }', true],
  ['{ $.customer.email NOT EXISTS }', false],
  ['{ $.customer.phone = * }', false],
  ['{ $.customer.id = * }', true],
  ['{ $.phone != "x" }', false],
  ['{ $.items[1].sku = "b" }', true],
  ['{ $.items[0].sku = "b" }', false],
  ['{ $.items[*].sku = "b" }', true],
  ['{ $.tags[*] = "vip" }', true],
  ["{ $['customer']['id'] = \"c-7\" }", true],
  ['{ $.level = "ERROR" && $.latency > 500 }', false],
  ['{ $.level = "ERROR" || $.latency > 500 }', true],
  ['{ $.level = "INFO" && $.ok IS TRUE || $.latency > 1 }', true],
  ['{ $.level = "INFO" && ($.ok IS TRUE || $.latency > 1) }', false],
  ['{ ($.level = "ERROR") && (($.ok IS FALSE) || ($.x = 1)) }', true],
])('JSON: %s fits the order: %s', (pattern, expected) => {
  expect(fits(pattern, order)).toBe(expected);
});

test('a pattern for JSON does not fit other text, even around JSON', () => {
  expect(fits('{ $.level = "ERROR" }', `INFO ${order}`)).toBe(false);
});

const access = '127.0.0.1 - frank [10/Oct/2025:13:25:15 -0700] "GET /index.html HTTP/1.1" 404 1534';

test.each([
  ['[ip, user, username, timestamp, request, status_code, bytes]', true],
  ['[ip, user, username, timestamp, request, status_code = 4*, bytes]', true],
  ['[ip, user, username, timestamp, request, status_code = 5*, bytes]', false],
  ['[ip, user, username, timestamp, request =*html*, status_code = 4*, bytes > 1000]', true],
  ['[ip, user, username, timestamp, request, status_code = 404 || status_code = 410, bytes]', true],
  ['[ip, user, username, timestamp, request, (status_code = 5* || bytes > 1000), bytes]', false],
  ['[ip != 127.0.0.1, user, username, timestamp, request, status_code, bytes]', false],
  ['[ip = %^127\\.0%, ..., bytes]', true],
  ['[..., status_code, bytes >= 1534]', true],
  ['[ip, user]', false],
  ['[..., a, b, c, d, e, f, g, h]', false],
])('columns: %s fits the line: %s', (pattern, expected) => {
  expect(fits(pattern, access)).toBe(expected);
});

test('columns are known by their names', () => {
  const fields = compileFilter('[ip, ..., status, bytes]')(access);
  expect(fields?.read('$status')).toBe('404');
  expect(fields?.extracted).toEqual({ $ip: '127.0.0.1', $status: '404', $bytes: '1534' });
});

test.each([
  ['%ERR[0-9]+%', 'failed: ERR42', true],
  ['%ERR[0-9]+%', 'failed: ERR', false],
  ['-%debug|trace%', 'trace: x', false],
  ['?%ERR\\d% ?WARN', 'WARN', true],
  ['ERROR ?WARN', 'ERROR', true],
  ['', 'anything', true],
])('text: %s fits %s: %s', (pattern, message, expected) => {
  expect(fits(pattern, message)).toBe(expected);
});

test.each([
  '{ $.level }',
  '{ level = 1 }',
  '{ $.a = 1',
  '{ $.a > "x" }',
  '{ ($.a = 1 }',
  '[a, b',
  '%(a)%',
  'a.b',
  '{ $.a = 1 } x',
])('the pattern %s is refused', (pattern) => {
  expect(() => compileFilter(pattern)).toThrow(
    expect.objectContaining({
      name: 'InvalidParameterException',
      message: expect.stringMatching(/^Invalid filter pattern/),
    }),
  );
});
