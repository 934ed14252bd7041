import { describe, expect, it, test } from 'vitest';
import { compilePattern } from './index.ts';

const matches = (pattern: object, event: object) => compilePattern(JSON.stringify(pattern))(event);

/** Whether `detail.field` with this value (none when left out) satisfies what stands in the array. */
const field = (asked: unknown[], ...given: unknown[]) =>
  matches({ detail: { field: asked } }, { detail: given.length > 0 ? { field: given[0] } : { other: 1 } });

const ORDER_CREATED = {
  source: 'shop.orders',
  'detail-type': 'Order Created',
  resources: ['arn:aws:s3:::a', 'arn:aws:s3:::b'],
  detail: {
    orderId: 'o-1',
    totalCents: 12_000,
    items: [
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 2 },
    ],
  },
};

describe('a pattern matches', () => {
  it('when each of its fields has one of the values', () => {
    expect(
      matches({ source: ['shop.billing', 'shop.orders'], 'detail-type': ['Order Created'] }, ORDER_CREATED),
    ).toBe(true);
    expect(matches({ source: ['shop.orders'], 'detail-type': ['Order Paid'] }, ORDER_CREATED)).toBe(false);
  });
  it('not an event that lacks a field', () => {
    expect(matches({ detail: { customerId: ['c-1'] } }, ORDER_CREATED)).toBe(false);
  });
  it('an array of which one element matches', () => {
    expect(matches({ resources: ['arn:aws:s3:::b'] }, ORDER_CREATED)).toBe(true);
    expect(matches({ resources: ['arn:aws:s3:::c'] }, ORDER_CREATED)).toBe(false);
  });
  it('the members of one and the same object in an array', () => {
    const items = (sku: string, quantity: number) =>
      matches({ detail: { items: { sku: [sku], quantity: [quantity] } } }, ORDER_CREATED);
    expect([items('A', 1), items('B', 2), items('A', 2)]).toEqual([true, true, false]);
  });
  it('a path that is written with dots', () => {
    expect(matches({ 'detail.orderId': ['o-1'] }, ORDER_CREATED)).toBe(true);
    expect(matches({ detail: { orderId: ['o-1'] } }, { 'detail.orderId': 'o-1' })).toBe(true);
  });
  it('names and values with their case', () => {
    expect(matches({ Source: ['shop.orders'] }, ORDER_CREATED)).toBe(false);
    expect(matches({ source: ['Shop.orders'] }, ORDER_CREATED)).toBe(false);
  });
  it('with the last of two fields of one name', () => {
    expect(compilePattern('{"source": ["x"], "source": ["shop.orders"]}')(ORDER_CREATED)).toBe(true);
  });
});

test.each<[string, unknown[], unknown, boolean]>([
  ['a text', ['a'], 'a', true],
  ['an empty text', [''], '', true],
  ['a number however it is written', [300], 300.0, true],
  ['a number, not a text of digits', [300], '300', false],
  ['a large number, as an account id', [123456789012], 123456789012, true],
  ['null', [null], null, true],
  ['null, not an empty text', [null], '', false],
  ['true', [true], true, true],
  ['true, not its name', [true], 'true', false],
  ['an IPv6 address however it is written', ['2001:db8::1'], '2001:0db8:0:0:0:0:0:1', true],
  ['exactly', [{ exactly: 'a' }], 'a', true],
  ['a prefix', [{ prefix: 'or' }], 'order', true],
  ['a prefix with its case', [{ prefix: 'Or' }], 'order', false],
  ['a prefix of texts alone', [{ prefix: '1' }], 12, false],
  ['a prefix in any case', [{ prefix: { 'equals-ignore-case': 'OR' } }], 'order', true],
  ['a suffix', [{ suffix: '.png' }], 'a.png', true],
  ['a suffix, not of the middle', [{ suffix: '.png' }], 'a.png.txt', false],
  ['a suffix in any case', [{ suffix: { 'equals-ignore-case': '.PNG' } }], 'a.png', true],
  ['a text in any case', [{ 'equals-ignore-case': 'Alice' }], 'aLICE', true],
  ['a text in any case, whole', [{ 'equals-ignore-case': 'Alice' }], 'alices', false],
  ['anything but a text', [{ 'anything-but': 'a' }], 'b', true],
  ['anything but that text', [{ 'anything-but': 'a' }], 'a', false],
  ['anything but a text: null', [{ 'anything-but': 'a' }], null, true],
  ['anything but a text: a number', [{ 'anything-but': '1' }], 1, true],
  ['anything but some texts', [{ 'anything-but': ['a', 'b'] }], 'b', false],
  ['anything but a number', [{ 'anything-but': 100 }], 100.0, false],
  ['anything but zero', [{ 'anything-but': 0 }], 1, true],
  ['anything but some numbers', [{ 'anything-but': [100, 200] }], 300, true],
  ['anything but a prefix', [{ 'anything-but': { prefix: 'a' } }], 'ab', false],
  ['anything but a prefix: a number', [{ 'anything-but': { prefix: '1' } }], 12, true],
  ['anything but some prefixes', [{ 'anything-but': { prefix: ['a', 'b'] } }], 'bc', false],
  ['anything but a suffix', [{ 'anything-but': { suffix: '.txt' } }], 'a.png', true],
  ['anything but some suffixes', [{ 'anything-but': { suffix: ['.txt', '.png'] } }], 'a.png', false],
  ['anything but a text in any case', [{ 'anything-but': { 'equals-ignore-case': 'Init' } }], 'INIT', false],
  [
    'anything but some texts in any case',
    [{ 'anything-but': { 'equals-ignore-case': ['a', 'b'] } }],
    'C',
    true,
  ],
  ['anything but a wildcard', [{ 'anything-but': { wildcard: '*/lib/*' } }], '/usr/lib/x', false],
  ['anything but some wildcards', [{ 'anything-but': { wildcard: ['*/lib/*', '*/bin/*'] } }], '/etc/x', true],
  [
    'anything but, in an array of which one element is something else',
    [{ 'anything-but': 'a' }],
    ['a', 'b'],
    true,
  ],
  ['a number above', [{ numeric: ['>', 5] }], 5.1, true],
  ['a number above, not the bound', [{ numeric: ['>', 5] }], 5, false],
  ['a number from', [{ numeric: ['>=', 10_000] }], 10_000, true],
  ['a number below', [{ numeric: ['<', 5] }], 5, false],
  ['a number up to', [{ numeric: ['<=', 5] }], 5, true],
  ['an equal number', [{ numeric: ['=', 3.018e2] }], 301.8, true],
  ['a number in a range', [{ numeric: ['>', 0, '<=', 5] }], 5, true],
  ['a number in a range, not its open end', [{ numeric: ['>', 0, '<', 5] }], 5, false],
  ['a number, not a text of digits, in a range', [{ numeric: ['>', 0] }], '5', false],
  ['a number, not null, in a range', [{ numeric: ['<', 5] }], null, false],
  ['no number above five billion', [{ numeric: ['>', 5] }], 5_000_000_001, false],
  ['an address in a block', [{ cidr: '10.0.0.0/24' }], '10.0.0.255', true],
  ['an address, not outside of a block', [{ cidr: '10.0.0.0/24' }], '10.0.1.0', false],
  ['an address in an IPv6 block', [{ cidr: '2001:db8::/32' }], '2001:db8:1::5', true],
  ['an address of the same kind', [{ cidr: '0.0.0.0/0' }], '::1', false],
  ['an address, not another text', [{ cidr: '10.0.0.0/24' }], 'xx.11.xx', false],
  ['a wildcard', [{ wildcard: 'dir/*.png' }], 'dir/a.png', true],
  ['a wildcard for nothing', [{ wildcard: 'dir/*' }], 'dir/', true],
  ['a wildcard for parts that repeat', [{ wildcard: '*ab*ab' }], 'abxab', true],
  ['a wildcard, whose parts do not overlap', [{ wildcard: 'aba*ba' }], 'aba', false],
  ['a wildcard, whose middle does not reach into its end', [{ wildcard: '*ab*b' }], 'ab', false],
  ['a star that is escaped', [{ wildcard: 'a\\*' }], 'a*', true],
  ['a star that is escaped, not anything', [{ wildcard: 'a\\*' }], 'ab', false],
  ['one of several things', ['x', { prefix: 'or' }, null], null, true],
])('%s', (_, asked, given, expected) => {
  expect(field(asked, given)).toBe(expected);
});

describe('existence', () => {
  it('is of a leaf, null included', () => {
    expect([
      field([{ exists: true }], 'a'),
      field([{ exists: true }], null),
      field([{ exists: true }]),
    ]).toEqual([true, true, false]);
  });
  it('is not of an object or of an empty array', () => {
    expect([field([{ exists: true }], { a: 1 }), field([{ exists: true }], [])]).toEqual([false, false]);
    expect(field([{ exists: false }], [])).toBe(true);
  });
  it('is denied by a field that is there', () => {
    expect([field([{ exists: false }]), field([{ exists: false }], null)]).toEqual([true, false]);
  });
  it('is one of the things that a field may be asked for', () => {
    const asked = ['a', { exists: false }];
    expect([field(asked), field(asked, 'a'), field(asked, 'b')]).toEqual([true, true, false]);
  });
  it('is what the other tests need', () => {
    expect([field([{ 'anything-but': 'a' }]), field([null])]).toEqual([false, false]);
  });
});

describe('$or', () => {
  const pattern = {
    source: ['shop.orders'],
    detail: { $or: [{ totalCents: [{ numeric: ['>=', 10_000] }] }, { orderId: [{ prefix: 'vip-' }] }] },
  };
  it('needs one of its alternatives, and the rest of the pattern', () => {
    const order = (orderId: string, totalCents: number, source = 'shop.orders') =>
      matches(pattern, { source, detail: { orderId, totalCents } });
    expect([order('o', 10_000), order('vip-1', 1), order('o', 1), order('vip-1', 1, 'x')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
  it('can stand in another one', () => {
    const nested = { $or: [{ a: [1] }, { b: [1], $or: [{ c: [1] }, { d: [1] }] }] };
    expect([matches(nested, { b: 1, d: 1 }), matches(nested, { b: 1 }), matches(nested, { a: 1 })]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

/** Recorded from AWS (TestEventPattern, December 2024), but for those marked with *. */
test.each<[string, string]>([
  [
    '{"int": 42}',
    '"int" must be an object or an array\n at [Source: (String)"{"int": 42}"; line: 1, column: 11]',
  ],
  [
    '{"string": "my-value"}',
    '"string" must be an object or an array\n at [Source: (String)"{"string": "my-value"}"; line: 1, column: 13]',
  ],
  [
    '{"resources": []}',
    'Empty arrays are not allowed\n at [Source: (String)"{"resources": []}"; line: 1, column: 17]',
  ],
  [
    '{"detail": {"equal": [{"NUMERIC": ["=", 5]}]}}',
    'Unrecognized match type NUMERIC\n at [Source: (String)"{"detail": {"equal": [{"NUMERIC": ["=", 5]}]}}"; line: 1, column: 36]',
  ],
  [
    '{"my_key": [{"EXISTS": true}]}',
    'Unrecognized match type EXISTS\n at [Source: (String)"{"my_key": [{"EXISTS": true}]}"; line: 1, column: 28]',
  ],
  [
    '{"detail": {"c-count": [{"numeric": [">", 0, ">", 0]}]}}',
    'Bad numeric range operator: >\n at [Source: (String)"{"detail": {"c-count": [{"numeric": [">", 0, ">", 0]}]}}"; line: 1, column: 49]',
  ],
  [
    '{"detail": {"c-count": [{"numeric": [">", 0, "<"]}]}}',
    'Value of < must be numeric\n at [Source: (String)"{"detail": {"c-count": [{"numeric": [">", 0, "<"]}]}}"; line: 1, column: 50]',
  ],
  [
    '{"EventBusArn": [{"wildcard": "*:*:*:*:*:event-bus/*"}]}',
    'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
  ],
  [
    '{"EventBusArn": [{"wildcard": "arn:aws:events:us-east-1:**:event-bus/*"}]}',
    'Consecutive wildcard characters at pos 26\n at [Source: (String)"{"EventBusArn": [{"wildcard": "arn:aws:events:us-east-1:**:event-bus/*"}]}"; line: 1, column: 72]',
  ],
  [
    '{"EventBusArn": [{"wildcard": 123}]}',
    'wildcard match pattern must be a string\n at [Source: (String)"{"EventBusArn": [{"wildcard": 123}]}"; line: 1, column: 34]',
  ],
  [
    '{"detail": {"FilePath": [{"anything-but": {"wildcard": 123}}]}}',
    'wildcard match pattern must be a string\n at [Source: (String)"{"detail": {"FilePath": [{"anything-but": {"wildcard": 123}}]}}"; line: 1, column: 59]',
  ],
  [
    '{"detail-type": [{"equals-ignore-case": ["x"]}]}',
    'equals-ignore-case match pattern must be a string\n at [Source: (String)"{"detail-type": [{"equals-ignore-case": ["x"]}]}"; line: 1, column: 42]',
  ],
  [
    '{"detail": {"state": [{"anything-but": {"equals-ignore-case": 123}}]}}',
    'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.\n at [Source: (String)"{"detail": {"state": [{"anything-but": {"equals-ignore-case": 123}}]}}"; line: 1, column: 66]',
  ],
  [
    '{"detail": {"state": [{"anything-but": {"equals-ignore-case": [123, 456]}}]}}',
    'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.\n at [Source: (String)"{"detail": {"state": [{"anything-but": {"equals-ignore-case": [123, 456]}}]}}"; line: 1, column: 67]\n at [Source: (String)"{"detail": {"state": [{"anything-but": {"equals-ignore-case": [123, 456]}}]}}"; line: 1, column: 67]',
  ],
  [
    '{"detail": {"state": [{"anything-but": {"prefix": [123, "test"]}}]}}',
    'prefix/suffix match pattern must be a string\n at [Source: (String)"{"detail": {"state": [{"anything-but": {"prefix": [123, "test"]}}]}}"; line: 1, column: 55]\n at [Source: (String)"{"detail": {"state": [{"anything-but": {"prefix": [123, "test"]}}]}}"; line: 1, column: 55]',
  ],
  [
    '{"detail": {"FileName": [{"anything-but": {"suffix": 123}}]}}',
    'prefix/suffix match pattern must be a string\n at [Source: (String)"{"detail": {"FileName": [{"anything-but": {"suffix": 123}}]}}"; line: 1, column: 57]',
  ],
  [
    '{"detail": {"FileName": [{"anything-but": {"prefix": {"equals-ignore-case": "file"}}}]}}',
    'Value of anything-but must be an array or single string/number value.\n at [Source: (String)"{"detail": {"FileName": [{"anything-but": {"prefix": {"equals-ignore-case": "file"}}}]}}"; line: 1, column: 55]',
  ],
  [
    '{"time": [{"prefix": ["2022-07-13"]}]}',
    'prefix match pattern must be a string\n at [Source: (String)"{"time": [{"prefix": ["2022-07-13"]}]}"; line: 1, column: 23]',
  ],
  [
    '{"FileName": [{"suffix": 123}]}',
    'suffix match pattern must be a string\n at [Source: (String)"{"FileName": [{"suffix": 123}]}"; line: 1, column: 29]',
  ],
  ['{"ip": [{"cidr": "bad-type"}]}', "Malformed CIDR, one '/' required"],
  ['{"ip": [{"cidr": "10.0.0.0/xx"}]}', 'Malformed CIDR, mask bits must be an integer'],
  ['{"ip": [{"cidr": "xx.11.xx/8"}]}', 'Nonstandard IP address: xx.11.xx'],
  ['{"ip": [{"cidr": "xxxx:db8:1234:1a00::/64"}]}', 'Nonstandard IP address: xxxx:db8:1234:1a00::'],
  [
    '{"detail": {"sourceIPAddress": [{"cidr": ["bad-type"]}]}}',
    'prefix match pattern must be a string\n at [Source: (String)"{"detail": {"sourceIPAddress": [{"cidr": ["bad-type"]}]}}"; line: 1, column: 43]',
  ],
  [
    'this is valid json but not a dict',
    "Unrecognized token 'this': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: (String)\"this is valid json but not a dict\"; line: 1, column: 5]",
  ],
  [
    "{'bad': 'quotation'}",
    "Unexpected character (''' (code 39)): was expecting double-quote to start field name\n at [Source: (String)\"{'bad': 'quotation'}\"; line: 1, column: 2]",
  ],
  [
    '{"not": closed mark"',
    "Unrecognized token 'closed': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: (String)\"{\"not\": closed mark\"\"; line: 1, column: 15]",
  ],
  [
    '["not", "a", "dict", "but valid json"]',
    'Filter is not an object\n at [Source: (String)"["not", "a", "dict", "but valid json"]"; line: 1, column: 2]',
  ],
  // * From the source of AWS's engine.
  ['{}', 'Empty objects are not allowed\n at [Source: (String)"{}"; line: 1, column: 3]'],
  [
    '{"a": [["b"]]}',
    'Match value must be String, number, true, false, or null\n at [Source: (String)"{"a": [["b"]]}"; line: 1, column: 9]',
  ],
  [
    '{"a": [{"anything-but": ["x", 1]}]}',
    'Inside anything but list, either all values are number or string, mixed type is not supported\n at [Source: (String)"{"a": [{"anything-but": ["x", 1]}]}"; line: 1, column: 33]',
  ],
  [
    '{"a": [{"exists": "yes"}]}',
    'exists match pattern must be either true or false.\n at [Source: (String)"{"a": [{"exists": "yes"}]}"; line: 1, column: 20]',
  ],
  [
    '{"a": [{"prefix": "x", "suffix": "y"}]}',
    'Only one key allowed in match expression\n at [Source: (String)"{"a": [{"prefix": "x", "suffix": "y"}]}"; line: 1, column: 35]',
  ],
  [
    '{"a": [{"numeric": [">", 5, "<", 1]}]}',
    'Bottom must be less than top\n at [Source: (String)"{"a": [{"numeric": [">", 5, "<", 1]}]}"; line: 1, column: 36]',
  ],
  [
    '{"$or": [{"a": [1]}]}',
    'There must have at least 2 Objects in $or relationship.\n at [Source: (String)"{"$or": [{"a": [1]}]}"; line: 1, column: 21]',
  ],
  [
    '{\n  "source": "shop"\n}',
    '"source" must be an object or an array\n at [Source: (String)"{\n  "source": "shop"\n}"; line: 2, column: 14]',
  ],
])('%s is refused in AWS’s words', (pattern, reason) => {
  let refusal: unknown;
  try {
    compilePattern(pattern);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toMatchObject({
    name: 'InvalidEventPatternException',
    status: 400,
    message: `Event pattern is not valid. Reason: ${reason}`,
  });
});

it('a pattern that is cut off anywhere is refused, never accepted or a crash', () => {
  const whole =
    '{"a": [{"anything-but": {"prefix": ["x"]}}, null, 1.5e3], "$or": [{"b": [true]}, {"c": [""]}]}';
  for (let length = 0; length < whole.length; length++) {
    expect(() => compilePattern(whole.slice(0, length)), whole.slice(0, length)).toThrow(
      /^Event pattern is not valid\. Reason: /,
    );
  }
  expect(() => compilePattern(whole)).not.toThrow();
});
