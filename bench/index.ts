import { availableParallelism } from 'node:os';
import { checkerRows } from './checker.ts';
import { httpRows } from './http.ts';
import { lambdaRows } from './lambda.ts';
import { printTable, type Row } from './measure.ts';
import { memoryRows } from './memory.ts';
import { wireRows } from './wire.ts';

/** `npm run bench [name …]`: the budgets, measured; medians of several runs, ratios against the floor of the same run. */
const benches: Record<string, () => Promise<Row[]>> = {
  lambda: lambdaRows,
  wire: wireRows,
  http: httpRows,
  memory: memoryRows,
  checker: checkerRows,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; choose from ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}

const rows: Row[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.error(`measuring ${name} …`);
  rows.push(...(await bench()));
}
console.log(`Node ${process.version}, ${availableParallelism()} cores\n`);
printTable(rows);
process.exit(0);
