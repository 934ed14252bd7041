import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { z } from 'zod';
import { HttpError } from './middleware.ts';

const text = z.string().min(1).max(64);
const schema = z
  .object({
    orderId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    customerId: text.refine((v) => v.trim() !== ''),
    items: z
      .array(
        z.object({
          sku: text,
          quantity: z.number().int().min(1).max(1000),
          unitPriceCents: z.number().int().min(0).max(10_000_000),
        }),
      )
      .min(1)
      .max(100),
  })
  .transform((order) => ({
    ...order,
    totalCents: order.items.reduce(
      (cents, { quantity, unitPriceCents }) => cents + quantity * unitPriceCents,
      0,
    ),
  }));

export function parse({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): z.infer<typeof schema> {
  let value: unknown;
  try {
    value = JSON.parse(isBase64Encoded ? atobUtf8(body) : body);
  } catch {
    throw new HttpError(400, 'Not JSON');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new HttpError(400, z.prettifyError(result.error));
}

function atobUtf8(body: string): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(
    Uint8Array.from(atob(body), (c) => c.charCodeAt(0)),
  );
}
