export interface Line {
  quantity: number;
  unitPriceCents: number;
}

export function totalOf(lines: Line[]): number {
  return lines.map((line) => line.quantity * line.unitPriceCents).reduce((sum, cents) => sum + cents, 0);
}
