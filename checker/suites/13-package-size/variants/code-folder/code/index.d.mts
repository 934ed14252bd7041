export function handler(event: unknown): Promise<{ orderId: string; totalCents: number }>;
