import { expect, test } from 'vitest';
import { type Message, readMessage, writeMessage } from './protobuf.ts';
import { exportRequest } from './span-message.ts';

/** As OpenTelemetry's exporter for JavaScript sends a span (@opentelemetry/otlp-transformer 0.223.1). */
const SENT = Buffer.from(
  [
    '0a91030a1c0a180a0c736572766963652e6e616d6512080a066f7264657273100012f0020a090a047465737412013112e202',
    '0a105759e988bd862e3fe1be46a994272793120853995c3f42cd8ad822082d6b3f1d5a4e7c902a0c504f5354202f6f726465',
    '727330023915cd853dfe9c97174105cac471fe9c97174a1d0a13687474702e726571756573742e6d6574686f6412060a0450',
    '4f53544a200a19687474702e726573706f6e73652e7374617475735f636f6465120318f4034a160a0772657472696573120b',
    '18feffffffffffffffff014a120a057368617265120921000000000000d03f4a0c0a06636163686564120210004a140a0474',
    '616773120c2a0a0a030a01610a030a016250035a330984032a36fe9c97171209657863657074696f6e1a1b0a116578636570',
    '74696f6e2e6d65737361676512060a04626f6f6d200060006a360a105759e988bd862e3fe1be46a994272793120800000000',
    '000000aa22110a06726561736f6e12070a0562617463682800350101000070007a0e120a6e6f2074656120e2989518028501',
    '01010000',
  ].join(''),
  'hex',
);
const message: Message = { 1: { name: 'name', type: 'text' }, 2: { name: 'inner', type: () => message } };
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

test('a request of the official exporter is read as what it is in JSON', () => {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  expect(readMessage(SENT, exportRequest)).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'orders')] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: '5759e988bd862e3fe1be46a994272793',
                spanId: '53995c3f42cd8ad8',
                parentSpanId: '2d6b3f1d5a4e7c90',
                name: 'POST /orders',
                kind: 2,
                startTimeUnixNano: '1700000000123456789',
                endTimeUnixNano: '1700000001000000005',
                attributes: [
                  text('http.request.method', 'POST'),
                  { key: 'http.response.status_code', value: { intValue: '500' } },
                  { key: 'retries', value: { intValue: '-2' } },
                  { key: 'share', value: { doubleValue: 0.25 } },
                  { key: 'cached', value: { boolValue: false } },
                  {
                    key: 'tags',
                    value: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } },
                  },
                ],
                events: [
                  {
                    timeUnixNano: '1700000000000000900',
                    name: 'exception',
                    attributes: [text('exception.message', 'boom')],
                  },
                ],
                links: [
                  {
                    traceId: '5759e988bd862e3fe1be46a994272793',
                    spanId: '00000000000000aa',
                    attributes: [text('reason', 'batch')],
                  },
                ],
                status: { code: 2, message: 'no tea ☕' },
              },
            ],
          },
        ],
      },
    ],
  });
});

test('a request that is cut off anywhere is none', () => {
  for (let length = 1; length < SENT.length; length++) {
    expect(() => readMessage(SENT.subarray(0, length), exportRequest), `${length} bytes`).toThrow(
      SyntaxError,
    );
  }
});

test('fields that are not known are skipped, whatever their type', () => {
  const unknown = '18 96 01' + '21 0102030405060708' + '2a 02 ffff' + '35 01020304';
  expect(readMessage(hex(`${unknown} 0a 02 6f6b ${unknown}`), message)).toEqual({ name: 'ok' });
});

test.each([
  ['a field with the number 0', '02 00', 'number 0'],
  ['a group, which the protocol has given up', '1b 1c', 'wire type 3'],
  ['another type than the field has', '08 01', 'The field name has wire type 0'],
  ['a number of more than ten bytes', '18 ffffffffffffffffffff01', 'more than ten bytes'],
  ['a tag of more than 32 bits', '8a80808010 00', 'no tag'],
  ['a field that is longer than the message around it', '12 02 0a 01 61 00', 'in the middle of a field'],
  ['a length beyond the end', '0a ffffffffffffffff7f 00', 'in the middle of a field'],
])('%s is refused', (_, bytes, why) => {
  expect(() => readMessage(hex(bytes), message)).toThrow(why);
});

test('a text that is not UTF-8 is refused', () => {
  expect(() => readMessage(hex('0a 01 ff'), message)).toThrow();
});

test('messages within messages are read a hundred levels deep', () => {
  const nested = (levels: number) => {
    let bytes: Uint8Array = new Uint8Array();
    for (let level = 0; level < levels; level++) bytes = writeMessage({ 2: bytes });
    return bytes;
  };
  expect(() => readMessage(nested(100), message)).not.toThrow();
  expect(() => readMessage(nested(101), message)).toThrow('nested deeper than 100 levels');
});

test('a message is written as the official exporter reads it', () => {
  const partialSuccess = writeMessage({ 1: 1, 2: 'no tea!' });
  expect(writeMessage({ 1: partialSuccess }).toString('hex')).toBe('0a0b080112076e6f2074656121');
  expect(writeMessage({ 1: 300 }).toString('hex')).toBe('08ac02');
});
