import { makeRequest } from './receiver.ts';

const item = (change: object) => ({ sku: 'TEA', quantity: 1, unitPriceCents: 1000, ...change });
const order = (change: object) => ({ ...makeRequest('invalid'), ...change });
const withItem = (change: object) => order({ items: [item(change)] });

/** Bodies that are no object, by what they are; any text may explain it. */
export const malformedBodies: Readonly<Record<string, string>> = {
  'An empty body': '',
  'Text that is not JSON': 'orderId=42',
  'JSON that breaks off': JSON.stringify(makeRequest('malformed')).slice(0, -1),
  'JSON null': 'null',
  'A number': '42',
  'A string': '"order"',
  'A list': JSON.stringify([makeRequest('malformed')]),
};

/** Requests that break exactly one rule of an order: what is wrong, the path of the field, the body. */
export const invalidRequests: readonly (readonly [what: string, path: string, body: object])[] = [
  ['no orderId', 'orderId', order({ orderId: undefined })],
  ['orderId null', 'orderId', order({ orderId: null })],
  ['orderId a number', 'orderId', order({ orderId: 7 })],
  ['orderId empty', 'orderId', order({ orderId: '' })],
  ['orderId of 65 characters', 'orderId', order({ orderId: 'x'.repeat(65) })],
  ['orderId with a space', 'orderId', order({ orderId: 'order 1' })],
  ['orderId with an accent', 'orderId', order({ orderId: 'ordér' })],
  ['orderId ending in a line break', 'orderId', order({ orderId: 'order\n' })],
  ['no customerId', 'customerId', order({ customerId: undefined })],
  ['customerId a number', 'customerId', order({ customerId: 12 })],
  ['customerId blank', 'customerId', order({ customerId: '   ' })],
  ['customerId of 65 characters', 'customerId', order({ customerId: 'c'.repeat(65) })],
  ['no items', 'items', order({ items: undefined })],
  ['items null', 'items', order({ items: null })],
  ['items an object', 'items', order({ items: { 0: item({}) } })],
  ['items empty', 'items', order({ items: [] })],
  ['101 items', 'items', order({ items: Array.from({ length: 101 }, () => item({})) })],
  ['an item null', 'items[0]', order({ items: [null] })],
  ['an item a text', 'items[1]', order({ items: [item({}), 'TEA'] })],
  ['sku missing', 'items[0].sku', withItem({ sku: undefined })],
  ['sku a number', 'items[0].sku', withItem({ sku: 5 })],
  ['sku empty', 'items[0].sku', withItem({ sku: '' })],
  ['sku of 65 characters', 'items[0].sku', withItem({ sku: 's'.repeat(65) })],
  ['quantity missing', 'items[0].quantity', withItem({ quantity: undefined })],
  ['quantity null', 'items[0].quantity', withItem({ quantity: null })],
  ['quantity "2"', 'items[0].quantity', withItem({ quantity: '2' })],
  ['quantity true', 'items[0].quantity', withItem({ quantity: true })],
  ['quantity 0', 'items[0].quantity', withItem({ quantity: 0 })],
  ['quantity 1.5', 'items[0].quantity', withItem({ quantity: 1.5 })],
  ['quantity 1001', 'items[0].quantity', withItem({ quantity: 1001 })],
  ['unitPriceCents missing', 'items[0].unitPriceCents', withItem({ unitPriceCents: undefined })],
  ['unitPriceCents null', 'items[0].unitPriceCents', withItem({ unitPriceCents: null })],
  ['unitPriceCents "1000"', 'items[0].unitPriceCents', withItem({ unitPriceCents: '1000' })],
  ['unitPriceCents negative', 'items[0].unitPriceCents', withItem({ unitPriceCents: -1 })],
  ['unitPriceCents 10.5', 'items[0].unitPriceCents', withItem({ unitPriceCents: 10.5 })],
  ['unitPriceCents 10000001', 'items[0].unitPriceCents', withItem({ unitPriceCents: 10_000_001 })],
  [
    'the third item wrong',
    'items[2].quantity',
    order({ items: [item({}), item({}), item({ quantity: 0 })] }),
  ],
  // Two are wrong: the first is to be named.
  [
    'the second and the fourth item wrong',
    'items[1].quantity',
    order({ items: [item({}), item({ quantity: 0 }), item({}), item({ quantity: -1 })] }),
  ],
];
