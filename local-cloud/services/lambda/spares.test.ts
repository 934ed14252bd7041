import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NodeProcess } from './node-process.ts';
import { createSpares, type Spares } from './spares.ts';

const small = { memoryMb: 128, variables: { PATH: process.env.PATH ?? '' } };
const large = { ...small, memoryMb: 512 };

let scratch: string;
let spares: Spares;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'spares-'));
  spares = createSpares(scratch);
});
afterEach(() => {
  spares.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** Lets a spare run a handler file that is loaded and then ends the process. @returns its exit code */
async function exitCodeOf({ child }: NodeProcess, code: string): Promise<number | null> {
  writeFileSync(join(scratch, 'index.mjs'), code);
  child.stdin.end(
    JSON.stringify({
      LAMBDA_TASK_ROOT: scratch,
      _HANDLER: 'index.handler',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
      _LOCAL_CLOUD_TIME: '0',
      COLOUR: 'blue',
    }),
  );
  return new Promise((resolve) => child.once('exit', resolve));
}

it('has nothing before anybody has asked', async () => {
  await spares.refill();
  expect(spares.take(small)).toBeUndefined();
});

it('starts what was asked for, as often', async () => {
  spares.take(small);
  spares.take(small);
  spares.take(large);
  await spares.refill();
  const taken = [small, small, large, large].map((settings) => spares.take(settings) !== undefined);
  expect(taken).toEqual([true, true, true, false]);
});

it('starts no more once one is taken: who needs it needs the processors, too', async () => {
  for (let i = 0; i < 3; i++) spares.take(small);
  const refilled = spares.refill();
  expect(spares.take(small)).toBeDefined();
  await refilled;
  expect(spares.take(small)).toBeDefined();
  expect(spares.take(small)).toBeUndefined();
});

it('a process learns its variables when it is taken', async () => {
  spares.take(small);
  await spares.refill();
  const spare = spares.take(small);
  if (!spare) throw new Error('There is no spare.');
  expect(await exitCodeOf(spare, 'process.exit(process.env.COLOUR === "blue" ? 7 : 8)')).toBe(7);
});

it('a process sees nothing of what was loaded, and tried out, before it was taken', async () => {
  spares.take(small);
  await spares.refill(['@aws-sdk/client-sqs']);
  const spare = spares.take(small);
  if (!spare) throw new Error('There is no spare.');
  const names =
    'Object.keys(process.env).filter((name) => /PRELOAD|^AWS_(ACCESS|SECRET|REGION)|^HOME$/.test(name)).length';
  expect(await exitCodeOf(spare, `process.exit(10 + ${names})`)).toBe(10);
});

it('ends what nobody asked for any more', async () => {
  spares.take(small);
  await spares.refill();
  spares.take(large);
  await spares.refill();
  expect(spares.take(small)).toBeUndefined();
});

it('ends those that do not fit any more, and starts others', async () => {
  spares.take(small);
  await spares.refill();
  spares.drop();
  expect(spares.take(small)).toBeUndefined();
  await spares.refill();
  expect(spares.take(small)).toBeDefined();
});

it('ends all when it is closed', async () => {
  spares.take(small);
  await spares.refill();
  spares.close();
  expect(spares.take(small)).toBeUndefined();
});
