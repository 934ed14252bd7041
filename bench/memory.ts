import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Row } from './measure.ts';

const BUDGET_MB = 150;

/** Memory of an idle `npm run cloud`, a second after it answers. Linux only: read from /proc. */
export async function memoryRows(): Promise<Row[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'local-cloud/cli.ts', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('ready')) break;
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const resident =
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
  child.kill();
  return [
    {
      what: 'idle local cloud',
      median: `${resident.toFixed(0)} MB`,
      range: '',
      against: '',
      budget: `≤ ${BUDGET_MB} MB`,
      within: resident <= BUDGET_MB,
    },
  ];
}
