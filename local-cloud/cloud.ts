import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClockMode, createClock } from './clock.ts';
import { createJournal } from './journal.ts';
import { createRandom } from './random.ts';
import type { Cloud } from './service.ts';

export interface CloudOptions {
  /** `real` by default. */
  clock?: ClockMode;
  /** Twelve digits. */
  accountId?: string;
  region?: string;
  /** Seeds everything random; 42 by default. */
  seed?: number;
  /** Base URL for clients; known once the account listens. */
  endpoint?: () => string;
  /** Folder in which the account makes its own temporary folder; the system's by default. */
  scratchRoot?: string;
}

/** Makes the parts that all services of an account share. */
export function createCloud({
  clock: mode = 'real',
  accountId = '123456789012',
  region = 'us-east-1',
  seed = 42,
  endpoint = () => {
    throw new Error('The account does not listen yet.');
  },
  scratchRoot = tmpdir(),
}: CloudOptions = {}): Cloud {
  const clock = createClock(mode);
  const { next, uuid } = createRandom(seed);
  return {
    accountId,
    region,
    partition: 'aws',
    clock,
    journal: createJournal(clock.now),
    random: next,
    uuid,
    endpoint,
    scratch: mkdtempSync(join(scratchRoot, 'local-cloud-')),
  };
}
