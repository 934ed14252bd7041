import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { startWatch } from './index.ts';
import { fakeRunner, testLab } from './testing.ts';

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

const lab = testLab('07-sqs-batch');

/** Watch mode on streams: what it writes, and keys for it. */
async function watching({ tty }: { tty: boolean }) {
  const root = await mkdtemp(join(tmpdir(), 'watch-mode-'));
  const source = join(root, 'labs');
  const worker = join(source, lab.slug, 'worker.ts');
  await mkdir(join(source, lab.slug), { recursive: true });
  await mkdir(join(root, 'solutions', lab.slug), { recursive: true });
  await writeFile(worker, 'mine\n');
  await writeFile(join(root, 'solutions', lab.slug, 'worker.ts'), 'solved\n');
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    isTTY: tty,
    setRawMode: (raw: boolean) => modes.push(raw),
  });
  const output = Object.assign(new PassThrough(), { isTTY: tty, columns: 80, rows: 40 });
  let written = '';
  let wake = () => {};
  output.on('data', (chunk: Buffer) => {
    written += stripVTControlCharacters(chunk.toString());
    wake();
  });
  const runner = fakeRunner();
  const remembered: [string, number][] = [];
  const exit = startWatch({
    labs: [lab],
    runner,
    root,
    source,
    hints: { seen: new Map(), remember: (check, count) => void remembered.push([check, count]) },
    input: input as unknown as ReadStream,
    output: output as unknown as WriteStream,
  });
  opened.push(
    async () => {
      process.emit('SIGINT', 'SIGINT');
      await exit;
    },
    () => rm(root, { recursive: true }),
  );
  /** Resolves when the text was written since the last call. */
  const see = async (text: string) => {
    while (!written.includes(text)) await new Promise<void>((resolve) => (wake = () => resolve()));
    written = written.slice(written.indexOf(text) + text.length);
  };
  return { exit, runner, see, worker, press: (key: string) => input.write(key), modes, remembered };
}

describe('on a terminal', () => {
  it('goes from verdict to hint to diff and out', async () => {
    const { exit, runner, see, press, modes, remembered } = await watching({ tty: true });
    (await runner.nextRun()).end('failed', 'passed', 'passed');
    await see('Hint 1 of 3  nudge for poison-is-reported-alone');
    press('h');
    await see('Hint 2 of 3');
    expect(remembered).toEqual([[lab.checks[0]?.id, 2]]);
    press('d');
    await see('+solved');
    press('q');
    expect(await exit).toBe(0);
    expect(modes).toEqual([true, false]);
  });

  it('Ctrl-C ends a run that would never end', async () => {
    const { exit, runner, press } = await watching({ tty: true });
    const run = await runner.nextRun();
    press('\u0003');
    expect(await exit).toBe(130);
    expect(run.signal?.aborted).toBe(true);
  });
});

describe('without a terminal', () => {
  it('prints plain lines: what was saved, the verdict, the next failing check', async () => {
    const { runner, see, worker } = await watching({ tty: false });
    (await runner.nextRun()).end('passed', 'failed', 'passed');
    await see(`07-sqs-batch: not passed, 2 of 3 points, 0.84 s
  failed 07-sqs-batch/stack/batch-settings: batch settings
next: 07-sqs-batch/stack/batch-settings
  expected batch-settings, it did not happen
  hint: nudge for batch-settings
`);
    await writeFile(worker, 'saved');
    await see('07-sqs-batch: worker.ts saved\n');
    (await runner.nextRun()).end('passed', 'passed', 'passed');
    await see('07-sqs-batch: passed, 3 of 3 points, 0.84 s\n');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends it with %i', async (signal, exitCode) => {
    const { exit, runner } = await watching({ tty: false });
    await runner.nextRun();
    process.emit(signal, signal);
    expect(await exit).toBe(exitCode);
  });
});
