/** A loop, and no more of the order than is needed. */
export const handler = async (order: {
  orderId: string;
  items: { quantity: number; unitPriceCents: number }[];
}) => {
  let totalCents = 0;
  for (const item of order.items) totalCents += item.quantity * item.unitPriceCents;
  return { orderId: order.orderId, totalCents };
};
