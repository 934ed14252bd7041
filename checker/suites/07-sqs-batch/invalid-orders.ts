import { makeOrder } from '../../fixtures.ts';

const item = (change: object) => ({ sku: 'TEA', quantity: 1, unitPriceCents: 1000, ...change });
const order = (change: object) => ({ ...makeOrder('invalid'), ...change });
/** One wrong item; the total fits what a lenient reader would make of it, so that only the named rule is broken. */
const withItem = (change: object, totalCents = 1000) => order({ items: [item(change)], totalCents });

const without = (member: string) =>
  Object.fromEntries(Object.entries(order({})).filter(([name]) => name !== member));

/** Bodies that break exactly one rule of an order, by the rule. */
export const invalidBodies: Readonly<Record<string, string>> = {
  'an empty body': '',
  'text that is not JSON': 'orderId=42',
  'JSON that breaks off': JSON.stringify(order({})).slice(0, -1),
  'JSON null': 'null',
  'a number': '42',
  'a string': '"order"',
  'a list': JSON.stringify([order({})]),
  'an empty object': '{}',
  ...jsonOf({
    'no orderId': without('orderId'),
    'orderId null': order({ orderId: null }),
    'orderId a number': order({ orderId: 7 }),
    'orderId empty': order({ orderId: '' }),
    'orderId of 65 characters': order({ orderId: 'x'.repeat(65) }),
    'orderId with a space': order({ orderId: 'order 1' }),
    'orderId with a slash': order({ orderId: 'order/1' }),
    'orderId with a dot': order({ orderId: 'order.1' }),
    'orderId with an accent': order({ orderId: 'ordér' }),
    'orderId ending in a line break': order({ orderId: 'order\n' }),
    'no customerId': without('customerId'),
    'customerId null': order({ customerId: null }),
    'customerId a number': order({ customerId: 12 }),
    'customerId empty': order({ customerId: '' }),
    'customerId blank': order({ customerId: '   ' }),
    'customerId of 65 characters': order({ customerId: 'c'.repeat(65) }),
    'no items': without('items'),
    'items null': order({ items: null }),
    'items an object': order({ items: { 0: item({}) } }),
    'items empty': order({ items: [], totalCents: 0 }),
    '101 items': order({ items: Array.from({ length: 101 }, () => item({})), totalCents: 101_000 }),
    'an item null': order({ items: [null], totalCents: 0 }),
    'an item a string': order({ items: ['TEA'], totalCents: 0 }),
    'sku missing': withItem({ sku: undefined }),
    'sku a number': withItem({ sku: 5 }),
    'sku empty': withItem({ sku: '' }),
    'sku of 65 characters': withItem({ sku: 's'.repeat(65) }),
    'quantity missing': withItem({ quantity: undefined }),
    'quantity null': withItem({ quantity: null }, 0),
    'quantity a string': withItem({ quantity: '1' }),
    'quantity 0': withItem({ quantity: 0 }, 0),
    'quantity negative': withItem({ quantity: -1 }, -1000),
    'quantity 1.5': withItem({ quantity: 1.5 }, 1500),
    'quantity 1001': withItem({ quantity: 1001 }, 1_001_000),
    'quantity true': withItem({ quantity: true }),
    'unitPriceCents missing': withItem({ unitPriceCents: undefined }, 0),
    'unitPriceCents null': withItem({ unitPriceCents: null }, 0),
    'unitPriceCents a string': withItem({ unitPriceCents: '1000' }),
    'unitPriceCents negative': withItem({ unitPriceCents: -1 }, -1),
    'unitPriceCents 10.5': withItem({ quantity: 2, unitPriceCents: 10.5 }, 21),
    'unitPriceCents 10000001': withItem({ unitPriceCents: 10_000_001 }, 10_000_001),
    'the second item wrong': order({ items: [item({}), item({ quantity: 0 })], totalCents: 1000 }),
    'no totalCents': without('totalCents'),
    'totalCents null': order({ totalCents: null }),
    'totalCents a string': order({ totalCents: '2500' }),
    'totalCents one too high': order({ totalCents: 2501 }),
    'totalCents one too low': order({ totalCents: 2499 }),
    'totalCents 0': order({ totalCents: 0 }),
  }),
};

function jsonOf(orders: Readonly<Record<string, object>>): Record<string, string> {
  return Object.fromEntries(Object.entries(orders).map(([rule, body]) => [rule, JSON.stringify(body)]));
}
