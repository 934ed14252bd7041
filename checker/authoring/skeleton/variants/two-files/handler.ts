import { type Line, totalOf } from './total.ts';

export async function handler(order: { orderId: string; items: Line[] }) {
  return { orderId: order.orderId, totalCents: totalOf(order.items) };
}
