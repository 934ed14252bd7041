export interface OrderRequest {
  orderId: string;
  customerId: string;
  items: { sku: string; quantity: number; unitPriceCents: number }[];
}

type Rule = [path: string, holds: boolean];

/** The first rule that a request breaks, as a text for the client; undefined when it breaks none. */
export function firstProblem(request: unknown): string | undefined {
  const order = membersOf(request);
  if (!order) return 'The body is not a JSON object.';
  const items = Array.isArray(order.items) ? (order.items as unknown[]) : undefined;
  const rules: Rule[] = [
    ['orderId', typeof order.orderId === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(order.orderId)],
    ['customerId', isText(order.customerId) && /\S/.test(order.customerId as string)],
    ['items', items !== undefined && items.length >= 1 && items.length <= 100],
    ...(items ?? []).flatMap((item, index) => itemRules(item, `items[${index}]`)),
  ];
  const broken = rules.find(([, holds]) => !holds);
  return broken && `Invalid value at ${broken[0]}`;
}

function itemRules(value: unknown, path: string): Rule[] {
  const item = membersOf(value);
  if (!item) return [[path, false]];
  return [
    [`${path}.sku`, isText(item.sku)],
    [`${path}.quantity`, isWithin(item.quantity, 1, 1000)],
    [`${path}.unitPriceCents`, isWithin(item.unitPriceCents, 0, 10_000_000)],
  ];
}

function membersOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

const isText = (value: unknown) => typeof value === 'string' && value.length >= 1 && value.length <= 64;
const isWithin = (value: unknown, least: number, most: number) =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
