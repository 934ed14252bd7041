const fail = (field) => {
  throw new TypeError(`${field} is not valid`);
};

const text = (value, field, pattern) =>
  typeof value === 'string' && pattern.test(value) ? value : fail(field);

const integer = (value, field, least, most) =>
  Number.isSafeInteger(value) && value >= least && value <= most ? value : fail(field);

export const readOrder = (event) => {
  const order = event ?? fail('order');
  if (!Array.isArray(order.items) || order.items.length < 1 || order.items.length > 100) fail('items');
  const items = order.items.map((item) => ({
    sku: text(item?.sku, 'sku', /^.{1,64}$/s),
    quantity: integer(item.quantity, 'quantity', 1, 1000),
    unitPriceCents: integer(item.unitPriceCents, 'unitPriceCents', 0, 10_000_000),
  }));
  return {
    orderId: text(order.orderId, 'orderId', /^[\w-]{1,64}$/),
    customerId: text(order.customerId, 'customerId', /^(?=.*\S).{1,64}$/s),
    items,
    totalCents: items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0),
  };
};
