import { list, object, text, whole } from './fields.ts';
export interface Line {
  sku: string;
  quantity: number;
  unitPriceCents: number;
}
export interface Draft {
  orderId: string;
  customerId: string;
  items: Line[];
}
export const draft = object<Draft>({
  orderId: text((s) => /^[\w-]{1,64}$/.test(s), 'is not an id'),
  customerId: text((s) => s.length <= 64 && /\S/.test(s), 'is blank or too long'),
  items: list(
    object<Line>({
      sku: text((s) => s.length >= 1 && s.length <= 64, 'has 1 to 64 characters'),
      quantity: whole(1, 1000),
      unitPriceCents: whole(0, 10_000_000),
    }),
    1,
    100,
  ),
});
