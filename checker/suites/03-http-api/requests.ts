import { makeOrder } from '../../fixtures.ts';

/** What a client sends: an order without its total. */
export type OrderRequest = Omit<ReturnType<typeof makeOrder>, 'totalCents'>;

/** Makes a valid request. */
export function makeRequest(orderId: string, customerId = `customer-of-${orderId}`): OrderRequest {
  const { items } = makeOrder(orderId);
  return { orderId, customerId, items };
}

const item = (change: object) => ({ sku: 'TEA', quantity: 1, unitPriceCents: 1000, ...change });
const order = (change: object) => JSON.stringify({ ...makeRequest('invalid'), ...change });
const withItem = (change: object) => order({ items: [item(change)] });

/** Bodies that break exactly one rule of an order, by the rule. */
export const invalidBodies: Readonly<Record<string, string>> = {
  'an empty body': '',
  'text that is not JSON': 'orderId=42',
  'JSON that breaks off': order({}).slice(0, -1),
  'JSON null': 'null',
  'a number': '42',
  'a list': `[${order({})}]`,
  'no orderId': order({ orderId: undefined }),
  'orderId a number': order({ orderId: 7 }),
  'orderId empty': order({ orderId: '' }),
  'orderId of 65 characters': order({ orderId: 'x'.repeat(65) }),
  'orderId with a slash': order({ orderId: 'order/1' }),
  'orderId with a percent sign': order({ orderId: 'order%31' }),
  'orderId ending in a line break': order({ orderId: 'order\n' }),
  'no customerId': order({ customerId: undefined }),
  'customerId null': order({ customerId: null }),
  'customerId a number': order({ customerId: 12 }),
  'customerId blank': order({ customerId: '   ' }),
  'customerId of 65 characters': order({ customerId: 'c'.repeat(65) }),
  'no items': order({ items: undefined }),
  'items an object': order({ items: { 0: item({}) } }),
  'items empty': order({ items: [] }),
  '101 items': order({ items: Array.from({ length: 101 }, () => item({})) }),
  'an item null': order({ items: [null] }),
  'no sku': withItem({ sku: undefined }),
  'sku empty': withItem({ sku: '' }),
  'sku of 65 characters': withItem({ sku: 's'.repeat(65) }),
  'quantity "2"': withItem({ quantity: '2' }),
  'quantity null': withItem({ quantity: null }),
  'quantity 0': withItem({ quantity: 0 }),
  'quantity 1.5': withItem({ quantity: 1.5 }),
  'quantity 1001': withItem({ quantity: 1001 }),
  'unitPriceCents missing': withItem({ unitPriceCents: undefined }),
  'unitPriceCents "1000"': withItem({ unitPriceCents: '1000' }),
  'unitPriceCents negative': withItem({ unitPriceCents: -1 }),
  'unitPriceCents 10000001': withItem({ unitPriceCents: 10_000_001 }),
};

/** What the contract does not know of, or does not take from a client. */
const presumed = { totalCents: 1, note: 'ring twice', gift: null };

/** Valid, if only just. */
export const validRequests: readonly OrderRequest[] = [
  makeRequest('plain'),
  { ...makeRequest('presumptuous'), ...presumed },
  { ...makeRequest('o'), customerId: 'c' },
  { ...makeRequest('A-z_0'.padEnd(64, '9')), customerId: 'ü'.padEnd(64, ' ') },
  {
    orderId: 'largest',
    customerId: 'a customer with spaces',
    items: Array.from({ length: 100 }, (_, index) => ({
      sku: `sku ${index}`.padEnd(64, '茶'),
      quantity: 1000,
      unitPriceCents: 10_000_000,
    })),
  },
];
