export const good = () => ({
  orderId: 'A_b-9',
  customerId: 'c 1',
  items: [
    { sku: 'a', quantity: 3, unitPriceCents: 7 },
    { sku: 'b', quantity: 1000, unitPriceCents: 10_000_000 },
    { sku: 'free', quantity: 1, unitPriceCents: 0 },
  ],
});
export const post = (body: unknown, more: object = {}) =>
  ({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: '',
    headers: {},
    requestContext: {},
    isBase64Encoded: false,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...more,
  }) as never;
export function change(path: string, value: unknown): object {
  const order = good();
  const parts = path.split(/[.[\]]+/).filter(Boolean);
  const last = parts.pop() ?? '';
  const target = parts.reduce<Record<string, unknown>>((at, part) => at[part] as Record<string, unknown>, {
    ...order,
  });
  const whole = parts.length === 0 ? target : { ...order };
  if (value === undefined) delete target[last];
  else target[last] = value;
  return whole;
}
