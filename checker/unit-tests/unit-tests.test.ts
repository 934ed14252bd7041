import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createUnitTestRunner, type UnitTestRunner } from './index.ts';
import { type PlannedRun, planRuns } from './plan.ts';
import type { TestRuns } from './results.ts';

const root = join(import.meta.dirname, '..', '..');
const answers = (value: string) => `export async function handler() {\n  return ${value};\n}\n`;
const plan: readonly PlannedRun[] = [
  { subject: 'right/given', order: 'as written', source: answers("'tea'") },
  { subject: 'right/given', order: 'reversed', source: answers("'tea'") },
  { subject: 'wrong/coffee', order: 'as written', source: answers("'coffee'") },
];
const expectsTea = "test('tea', async () => expect(await handler()).toBe('tea'));";

let scratch: string;
let runner: UnitTestRunner;

beforeAll(async () => {
  await mkdir(join(root, '.scratch'), { recursive: true });
  scratch = await mkdtemp(join(root, '.scratch', 'unit-tests-'));
  runner = createUnitTestRunner({ root, scratch });
});
afterAll(async () => {
  await runner.close();
  await rm(scratch, { recursive: true, force: true });
});

/** Runs a test file that has the handler, with other files beside it. */
async function run(test: string, others: Record<string, string> = {}): Promise<TestRuns> {
  const folder = join(scratch, 'lab');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const imports = "import { expect, test, vi } from 'vitest';\nimport { handler } from './handler.ts';\n";
  for (const [name, text] of Object.entries({ 'handler.test.ts': imports + test, ...others })) {
    await writeFile(join(folder, name), text);
  }
  return runner.run({ folder, plan });
}

/** By handler and order: the states of its tests, in the order of the file. */
function states({ runs }: TestRuns): Record<string, string> {
  return Object.fromEntries(
    runs.map(({ subject, order, tests }) => [
      `${subject} ${order}`,
      tests.map(({ name, state }) => `${name} ${state}`).join(', '),
    ]),
  );
}

function messageWith(subject: string, { runs }: TestRuns): string | undefined {
  return runs.find((one) => one.subject === subject)?.tests.find(({ message }) => message)?.message;
}

describe('the tests of a learner', () => {
  it('are run with every handler, each in its order', async () => {
    const outcome = await run(`${expectsTea}
      let first = false;
      test('first', () => { first = true; });
      test('second', () => expect(first).toBe(true));`);
    expect(outcome).toMatchObject({ refused: [] });
    expect(outcome.broken).toBeUndefined();
    expect(states(outcome)).toEqual({
      'right/given as written': 'tea passed, first passed, second passed',
      'right/given reversed': 'tea skipped, first skipped, second failed',
      'wrong/coffee as written': 'tea failed, first skipped, second skipped',
    });
  });

  it('say why they fail, without the folder that nobody knows', async () => {
    const outcome = await run(expectsTea);
    expect(messageWith('wrong/coffee', outcome)).toMatch(/^expected 'coffee' to be 'tea'/);
    expect(JSON.stringify(outcome)).not.toContain(scratch);
  });

  it('may have files beside them', async () => {
    const outcome = await run(
      "import { tea } from './tea';\ntest('tea', async () => expect(await handler()).toBe(tea));",
      {
        'tea.ts': "export const tea = 'tea';",
      },
    );
    expect(states(outcome)['right/given as written']).toBe('tea passed');
  });

  it('are the ones that were saved last, in the process that waited', async () => {
    await run(expectsTea);
    await runner.rewarm();
    const outcome = await run("test('coffee', async () => expect(await handler()).toBe('coffee'));");
    expect(messageWith('right/given', outcome)).toMatch(/^expected 'tea' to be 'coffee'/);
  });

  it('that fail with the given handler are not run with the others', async () => {
    const outcome = await run("test('never', () => expect(1).toBe(2));");
    expect(outcome.runs).toHaveLength(1);
    expect(outcome.broken).toBeUndefined();
  });
});

describe('a submission that cannot be run', () => {
  it('has no handler.test.ts', async () => {
    const folder = join(scratch, 'empty');
    await mkdir(folder, { recursive: true });
    expect(await runner.run({ folder, plan })).toMatchObject({ broken: 'handler.test.ts is missing.' });
  });

  it('does not parse', async () => {
    const { runs } = await run("test('tea', () => {");
    expect(runs[0]?.errors[0]).toMatch(/handler\.test\.ts|Unexpected|Expected/);
    expect(runs[0]?.errors[0]).not.toContain('\u001b');
  });

  it('imports a file that is not there', async () => {
    const { refused } = await run("import './nowhere.ts';");
    expect(refused).toEqual(['handler.test.ts imports ./nowhere.ts, and there is no such file.']);
  });

  it('throws outside of its tests', async () => {
    const { broken } = await run("test('tea', () => { void Promise.reject(new Error('late')); });");
    expect(broken).toBe('Something failed outside of every test: late');
  });
});

describe('the room', () => {
  it.each([
    ["import 'node:fs';", 'imports node:fs'],
    ["import { request } from 'http';", 'imports http'],
    ["import 'typescript';", 'imports typescript'],
    ["import '../../package.json';", "is not in the lab's folder"],
    ["import text from './handler?raw';", 'the text of a file'],
    ["vi.mock(import('./handler.ts'), () => ({}));", 'replaces ./handler'],
    ["import.meta.glob('./*.ts');", 'uses import.meta.glob'],
  ])('refuses %s', async (line, says) => {
    const { refused } = await run(`${line}\n${expectsTea}`);
    expect(refused.join()).toContain(says);
  });

  it('gives no file, however it is asked for', async () => {
    const outcome = await run(`test('reads', async () => {
      const name = ['node', 'fs'].join(':');
      const { readFileSync } = await import(/* @vite-ignore */ name);
      readFileSync('${join(root, 'checker', 'run.ts')}');
    });`);
    expect(messageWith('right/given', outcome)).toMatch(/Access to this API has been restricted/);
  });

  it('gives no process and no module of Node.js behind the back of an import', async () => {
    const outcome = await run(
      "test('asks', () => expect(process.getBuiltinModule?.('node:fs')).toBeUndefined());",
    );
    expect(states(outcome)['right/given as written']).toBe('asks passed');
  });

  it('tells which host a test wanted to reach', async () => {
    const { runs } = await run(
      "test('asks', async () => { await fetch('http://192.0.2.1:8080').catch(() => {}); });",
    );
    expect(runs[0]?.connections).toEqual(['192.0.2.1:8080']);
  });

  it('keeps the environment of whoever runs the checker to itself', async () => {
    vi.stubEnv('COURSE_SECRET', 'swordfish');
    await runner.close();
    runner = createUnitTestRunner({ root, scratch });
    const outcome = await run("test('asks', () => expect(process.env.COURSE_SECRET).toBeUndefined());");
    vi.unstubAllEnvs();
    expect(states(outcome)['right/given as written']).toBe('asks passed');
  });

  it('shows no text of the handler', async () => {
    const outcome = await run("test('reads', () => expect(`${handler}`).not.toContain('tea'));");
    expect(states(outcome)['right/given as written']).toBe('reads passed');
  });

  it('is the same for each handler, whatever a test has left behind', async () => {
    const outcome = await run(`test('clean', () => {
      expect(Date.now()).toBeGreaterThan(1);
      expect(process.env.LEFT).toBeUndefined();
      expect(globalThis).not.toHaveProperty('left');
      Date.now = () => 0;
      process.env.LEFT = 'yes';
      Object.assign(globalThis, { left: true });
      vi.useFakeTimers();
    });`);
    expect(messageWith('wrong/coffee', outcome)).toBeUndefined();
    expect(Object.values(states(outcome))).toEqual(['clean passed', 'clean passed', 'clean passed']);
  });
});

describe('the plan', () => {
  it('is for labs with wrong handlers only', async () => {
    expect(await planRuns(root, '07-sqs-batch')).toBeUndefined();
  });

  it('has the given handler first, five other orders of it, and each wrong one once', async () => {
    const planned = (await planRuns(root, '04-unit-tests')) ?? [];
    expect(planned[0]).toMatchObject({ subject: 'right/given', order: 'as written' });
    expect(planned.filter(({ order }) => order !== 'as written')).toHaveLength(5);
    const subjects = planned.filter(({ order }) => order === 'as written').map(({ subject }) => subject);
    expect(new Set(subjects).size).toBe(subjects.length);
    expect(subjects.filter((subject) => subject.startsWith('right/'))).toHaveLength(2);
  });

  it('tells every wrong handler from the given one', async () => {
    const planned = (await planRuns(root, '04-unit-tests')) ?? [];
    const sources = planned.filter(({ order }) => order === 'as written').map(({ source }) => source);
    expect(new Set(sources).size).toBe(sources.length);
  });
});

it('the handler in labs/ is the one that the tests are graded with', async () => {
  const [labs, kept] = await Promise.all(
    ['labs/04-unit-tests', 'checker/suites/04-unit-tests/starter'].map((folder) =>
      readFile(join(root, folder, 'handler.ts'), 'utf8'),
    ),
  );
  expect(labs).toBe(kept);
});

it('closes while a process waits for the next tests, and after one that had to be stopped', async () => {
  const other = createUnitTestRunner({ root, scratch });
  await run("test('fails with the given handler', () => expect(1).toBe(2));");
  const { runs } = await other.run({ folder: join(scratch, 'lab'), plan });
  expect(runs).toHaveLength(1);
  await other.rewarm();
  await other.close();
});
