interface Order {
  orderId: string;
  customerId: string;
  items: { sku: string; quantity: number; unitPriceCents: number }[];
  totalCents: number;
}

// TODO 1: The client decides what it pays. Work out the total here.
export async function handler({ orderId, totalCents }: Order) {
  return { orderId, totalCents };
}
