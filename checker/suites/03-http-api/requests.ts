import { makeOrder } from '../../fixtures.ts';

/** What a client sends: an order without its total. */
export type OrderRequest = Omit<ReturnType<typeof makeOrder>, 'totalCents'>;

/** Makes a valid request. */
export function makeRequest(orderId: string, customerId = `customer-of-${orderId}`): OrderRequest {
  const { items } = makeOrder(orderId);
  return { orderId, customerId, items };
}

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
