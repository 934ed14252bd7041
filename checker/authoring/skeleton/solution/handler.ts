interface OrderRequest {
  orderId: string;
  customerId: string;
  items: { sku: string; quantity: number; unitPriceCents: number }[];
}

/**
 * Prices an order. What the client says the total is does not count.
 * @returns the order's id and its total in cents
 */
export async function handler({ orderId, items }: OrderRequest): Promise<{
  orderId: string;
  totalCents: number;
}> {
  const totalCents = items.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0);
  return { orderId, totalCents };
}
