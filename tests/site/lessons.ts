import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Inventory, inventory } from '../../checker/lesson/fences.ts';

export const root = join(import.meta.dirname, '../..');

export interface Page {
  /** Path from the root, such as `docs/07-sqs-batch.mdx`. */
  file: string;
  text: string;
  inventory: Inventory;
}

/** Every page under docs/, with its code blocks sorted. */
export function pages(): Page[] {
  return readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.mdx'))
    .sort()
    .map((name) => {
      const file = `docs/${name}`;
      const text = readFileSync(join(root, file), 'utf8');
      return { file, text, inventory: inventory(text, file) };
    });
}
