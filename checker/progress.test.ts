import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openProgress } from './progress.ts';
import { summarize } from './report.ts';

let root: string;
let warnings: string[];
const open = () => openProgress(root, (message) => warnings.push(message));
const files = () => readdir(join(root, '.progress'));

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'progress-'));
  warnings = [];
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('reading writes nothing', async () => {
  expect(await open().read()).toEqual({ version: 1, labs: {}, hints: {} });
  expect(await readdir(root)).toEqual([]);
});

it('what was kept is there for the next process', async () => {
  await open().recordReport(summarize('07-sqs-batch', [], 5), new Date('2026-11-23T10:00:00Z'));
  await open().rememberHint('07-sqs-batch/live/redrive', 2);
  const { labs, hints } = await open().read();
  expect(labs['07-sqs-batch']).toMatchObject({ at: '2026-11-23T10:00:00.000Z', report: { durationMs: 5 } });
  expect(hints).toEqual({ '07-sqs-batch/live/redrive': 2 });
  expect(await files()).toEqual(['progress.json']);
});

it('nothing is lost when many keep something at once', async () => {
  const store = open();
  const checks = Array.from({ length: 20 }, (_, index) => `check-${index}`);
  await Promise.all(checks.map((check) => store.rememberHint(check, 1)));
  expect(Object.keys((await store.read()).hints).sort()).toEqual([...checks].sort());
});

it('a lock whose owner is gone does not hold anybody up', async () => {
  await open().rememberHint('a', 1);
  await writeFile(join(root, '.progress', 'progress.lock'), '999999999');
  await open().rememberHint('b', 1);
  expect((await open().read()).hints).toEqual({ a: 1, b: 1 });
});

it.each(['{"version":1,"labs":', '{"version":2,"labs":{},"hints":{}}', ''])(
  'a damaged file (%j) is set aside with a warning, and grading goes on',
  async (damaged) => {
    await open().rememberHint('a', 1);
    await writeFile(join(root, '.progress', 'progress.json'), damaged);
    await open().rememberHint('b', 1);
    expect((await open().read()).hints).toEqual({ b: 1 });
    expect(warnings).toHaveLength(1);
    const aside = (await files()).find((name) => name.includes('damaged'));
    expect(await readFile(join(root, '.progress', aside ?? ''), 'utf8')).toBe(damaged);
  },
);
