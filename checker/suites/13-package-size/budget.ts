import assert from 'node:assert/strict';
import type { ShippedPackage } from '../../fixtures.ts';

/** A kilobyte as AWS counts it: the request limit of 6 MB is 6,291,456 bytes. */
const KB = 1024;
const withSdk = 450 * KB;
const withoutSdk = 60 * KB;

/** How many of the heaviest parts a learner is shown. */
const most = 5;

/** Asserts that a package is no heavier than its kind may be, and says what weighs most. */
export function assertWithinBudget(shipped: ShippedPackage, what: string): void {
  const { bytes } = shipped;
  const { budget, why } = budgetOf(shipped);
  assert(
    bytes <= budget,
    `${what} has ${kb(bytes)} unzipped; ${why}, ${kb(budget)} are allowed. The heaviest parts:\n${heaviest(shipped)}`,
  );
}

/** Size and heaviest parts, for a learner who is within the budget. */
export function weightOf(shipped: ShippedPackage): string {
  const { budget, why } = budgetOf(shipped);
  return `${kb(shipped.bytes)} of ${kb(budget)}, ${why}. The heaviest parts:\n${heaviest(shipped)}`;
}

function budgetOf({ leftToRuntime, holdsSdk }: ShippedPackage): { budget: number; why: string } {
  const [first] = leftToRuntime;
  if (first) return { budget: withoutSdk, why: `with ${first} left to the runtime` };
  // However it gets there: the runtime's SDK can also be loaded by a name that is put together at run time.
  if (!holdsSdk) return { budget: withoutSdk, why: 'without the SDK inside' };
  return { budget: withSdk, why: 'with the SDK inside' };
}

function heaviest({ parts, bytes }: ShippedPackage): string {
  const shown = parts.slice(0, most);
  const width = Math.max(...shown.map(({ name }) => name.length));
  const lines = shown.map(
    (part) =>
      `  ${part.name.padEnd(width)}  ${kb(part.bytes).padStart(10)}  ${`${Math.round((100 * part.bytes) / bytes)}`.padStart(3)} %`,
  );
  if (parts.length > most) lines.push(`  … and ${parts.length - most} more`);
  return lines.join('\n');
}

const kb = (bytes: number) =>
  `${(bytes / KB).toLocaleString('en-US', { maximumFractionDigits: bytes < 100 * KB ? 1 : 0 })} KB`;
