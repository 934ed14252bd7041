import { expect, it } from 'vitest';
import { checkEventJson } from './event-json.ts';

const VALUE = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const place = (column: number) =>
  `\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: 1, column: ${column}]`;

it.each(['{"orderId":"1"}', ' [1, 2]', '"text"', '-1', 'null', 'true'])('%s is an event', (text) => {
  expect(() => checkEventJson(Buffer.from(text))).not.toThrow();
});

// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
it.each([
  ['test', `Unrecognized token 'test': was expecting ${VALUE}${place(5)}`],
  ['no JSON', `Unrecognized token 'no': was expecting ${VALUE}${place(4)}`],
  ['}', `Unexpected character ('}' (code 125)): expected a valid value ${VALUE}${place(1)}`],
  [
    '{orderId: 1}',
    `Unexpected character ('o' (code 111)): was expecting double-quote to start field name${place(2)}`,
  ],
])('%s is refused in the words of the parser', (text, why) => {
  expect(() => checkEventJson(Buffer.from(text))).toThrow(
    expect.objectContaining({
      name: 'InvalidRequestContentException',
      message: `Could not parse request body into json: Could not parse payload into json: ${why}`,
    }),
  );
});

it.each([
  [[0x99, 0xeb], `Unexpected character ((CTRL-CHAR, code 153)): expected a valid value ${VALUE}${place(1)}`],
  [[0x6e, 0x87, 0x72], `Invalid UTF-8 start byte 0x87${place(3)}`],
])('the bytes %j, which are no text, are refused', (bytes, why) => {
  expect(() => checkEventJson(Uint8Array.from(bytes))).toThrow(`Could not parse payload into json: ${why}`);
});

it('an event that goes wrong further on is refused as well', () => {
  expect(() => checkEventJson(Buffer.from('{"a":1'))).toThrow(
    'Could not parse request body into json: Could not parse payload into json: ',
  );
});
