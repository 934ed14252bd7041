import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createSession, type SessionEvent } from './session.ts';
import { fakeRunner, testLab } from './testing.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function session(record?: () => void) {
  const source = await mkdtemp(join(tmpdir(), 'session-'));
  const events: SessionEvent[] = [];
  let wake = () => {};
  const runner = fakeRunner();
  const labs = [testLab('07-sqs-batch'), testLab('08-idempotency')];
  for (const { slug } of labs) await mkdir(join(source, slug));
  const opening = createSession({
    runner,
    labs,
    source,
    record,
    onEvent: (event) => {
      events.push(event);
      wake();
    },
  });
  opened.push(
    () => opening.close(),
    () => rm(source, { recursive: true }),
  );
  const until = async (type: SessionEvent['type']) => {
    while (!events.some((event) => event.type === type))
      await new Promise<void>((resolve) => (wake = resolve));
  };
  const story = () =>
    events.map((event) => ('lab' in event ? `${event.type} ${event.lab.slice(0, 2)}` : event.type));
  return { ...opening, source, runner, events, story, until };
}

it('runs labs one after the other', async () => {
  const { run, runner, story, until } = await session();
  run(['07-sqs-batch', '08-idempotency']);
  (await runner.nextRun()).end('passed', 'passed', 'passed');
  await runner.nextRun();
  await until('finished');
  expect(story()).toEqual(['started 07', 'finished 07', 'started 08']);
});

it('a saved change runs its lab, and says what must be done again', async () => {
  const { watch, runner, source, events } = await session();
  await watch();
  await writeFile(join(source, '07-sqs-batch', 'stack.ts'), 'saved');
  const { lab } = await runner.nextRun();
  expect(lab).toBe('07-sqs-batch');
  expect(events[0]).toMatchObject({ type: 'changed', edit: 'stack' });
});

it('a newer save cancels the run under way, even one that never ends by itself', async () => {
  const { watch, runFirst, runner, source, story } = await session();
  await watch();
  runFirst('07-sqs-batch');
  const endless = await runner.nextRun();
  await writeFile(join(source, '07-sqs-batch', 'worker.ts'), 'saved');
  await runner.nextRun();
  expect(endless.signal?.aborted).toBe(true);
  expect(story()).toEqual(['started 07', 'changed 07', 'cancelled 07', 'started 07']);
});

it('a change in given/ is told and runs nothing', async () => {
  const { watch, runner, source, events, until } = await session();
  await mkdir(join(source, '07-sqs-batch', 'given'));
  await watch();
  await writeFile(join(source, '07-sqs-batch', 'given', 'ledger.ts'), 'saved');
  await until('changed');
  expect(events).toMatchObject([{ type: 'changed', edit: 'nothing' }]);
  expect(runner.runs).toHaveLength(0);
});

it('events of a cancelled run are not told', async () => {
  const { runFirst, runner, story } = await session();
  runFirst('07-sqs-batch');
  const old = await runner.nextRun();
  runFirst('07-sqs-batch');
  old.tell({ type: 'phase', lab: '07-sqs-batch', phase: 'deploy' });
  await runner.nextRun();
  expect(story()).toEqual(['started 07', 'cancelled 07', 'started 07']);
});

it('a run without a verdict is told as broken, and the session goes on', async () => {
  const { run, runner, events, until } = await session();
  run(['07-sqs-batch', '08-idempotency']);
  (await runner.nextRun()).fail(new Error('no space left on device'));
  await until('broken');
  expect(events.at(1)).toEqual({ type: 'broken', lab: '07-sqs-batch', message: 'no space left on device' });
  expect((await runner.nextRun()).lab).toBe('08-idempotency');
});

it('a result that cannot be kept is told, and the verdict stands', async () => {
  const { run, runner, story, until } = await session(() => {
    throw new Error('disk full');
  });
  run(['07-sqs-batch']);
  (await runner.nextRun()).end('passed', 'passed', 'passed');
  await until('trouble');
  expect(story()).toEqual(['started 07', 'finished 07', 'trouble']);
});

it('close cancels what runs and waits for its end', async () => {
  const { run, close, runner, story } = await session();
  run(['07-sqs-batch', '08-idempotency']);
  await runner.nextRun();
  await close();
  expect(story()).toEqual(['started 07', 'cancelled 07']);
});
