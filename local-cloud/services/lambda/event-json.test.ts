import { expect, it } from 'vitest';
import { checkEventJson } from './event-json.ts';

const VALUE = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const place = (shown: string, column: number) =>
  `\n at [Source: (byte[])"${shown}"; line: 1, column: ${column}]`;

it.each(['{"orderId":"1"}', ' [1, 2]', '"text"', '-1', 'null', 'true'])('%s is an event', (text) => {
  expect(() => checkEventJson(Buffer.from(text))).not.toThrow();
});

// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
it.each([
  ['test', `Unrecognized token 'test': was expecting ${VALUE}${place('test', 5)}`],
  ['no JSON', `Unrecognized token 'no': was expecting ${VALUE}${place('no JSON', 4)}`],
  ['}', `Unexpected character ('}' (code 125)): expected a valid value ${VALUE}${place('}', 2)}`],
  [
    '{orderId: 1}',
    `Unexpected character ('o' (code 111)): was expecting double-quote to start field name${place('{orderId: 1}', 3)}`,
  ],
])('%s is refused in the words of the parser', (text, why) => {
  expect(() => checkEventJson(Buffer.from(text))).toThrow(
    expect.objectContaining({
      name: 'InvalidRequestContentException',
      message: `Could not parse request body into json: Could not parse payload into json: ${why}`,
    }),
  );
});

it('bytes that are no text are refused by the code of the first', () => {
  expect(() => checkEventJson(Uint8Array.of(0x99, 0xeb))).toThrow(
    'Unexpected character ((CTRL-CHAR, code 153))',
  );
});

it('an event that goes wrong further on is refused as well', () => {
  expect(() => checkEventJson(Buffer.from('{"a":1'))).toThrow(
    'Could not parse request body into json: Could not parse payload into json: ',
  );
});
