import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { starterDrift } from './starters.ts';

const root = join(import.meta.dirname, '..', '..');

/** In a checkout where a learner has worked, labs/ differ from the starters because they should. */
const learnerAtWork = process.env.CI === undefined && existsSync(join(root, '.progress'));

it.skipIf(learnerAtWork)('labs/ ship the starters that reset restores and lessons show', async () => {
  const drift: string[] = [];
  for (const slug of await readdir(join(root, 'labs'))) {
    drift.push(...(await starterDrift(root, slug)).map((file) => `${slug}/${file}`));
  }
  expect(drift, 'If labs/ is right, run: npm run workshop -- starters --keep').toEqual([]);
});
