import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { LogEvent } from './function-logs.ts';
import { executionLines, executionsOf } from './log-timeline.ts';

const started = Date.parse('2026-01-01T10:00:00.000Z');
let next = 0;
const event = (ms: number, message: string, stream = 'one'): LogEvent => ({
  id: String(next++),
  function: 'Worker',
  stream,
  at: started + ms,
  message,
});
const text = (events: readonly LogEvent[]) =>
  stripVTControlCharacters(executionsOf(events).flatMap(executionLines).join('\n'));
const report = (id: string, rest = '') =>
  `REPORT RequestId: ${id}\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 60 MB\t${rest}\n`;

it('an execution: cold start, what it logged without time and request id, how it ended', () => {
  expect(
    text([
      event(0, 'INIT_START Runtime Version: nodejs24.x\tRuntime Version ARN: arn\n'),
      event(200, 'START RequestId: r-1 Version: $LATEST\n'),
      event(205, '2026-01-01T10:00:00.205Z\tr-1\tERROR\torder not processed\n'),
      event(212, 'END RequestId: r-1\n'),
      event(213, report('r-1', 'Init Duration: 180.25 ms\t')),
    ]),
  ).toBe(
    `2026-01-01T10:00:00.200Z Worker r-1  cold start, init 180.25 ms
      +5 ms  ERROR order not processed
     +13 ms  ended after 12.5 ms, billed 13 ms, 60 of 512 MB`,
  );
});

it('the second execution with a request id is its second attempt, and in a warm environment', () => {
  const executions = executionsOf([
    event(0, 'INIT_START Runtime Version: nodejs24.x\n'),
    event(1, 'START RequestId: r-1 Version: $LATEST\n'),
    event(2, report('r-1')),
    event(60_000, 'START RequestId: r-1 Version: $LATEST\n'),
    event(60_001, report('r-1')),
  ]);
  expect(executions.map(({ attempt, cold }) => ({ attempt, cold }))).toEqual([
    { attempt: 1, cold: true },
    { attempt: 2, cold: false },
  ]);
});

it('executions side by side keep their lines apart: each environment has its own stream', () => {
  const executions = executionsOf([
    event(1, 'START RequestId: r-1 Version: $LATEST\n', 'one'),
    event(2, 'START RequestId: r-2 Version: $LATEST\n', 'two'),
    event(3, 'of the first', 'one'),
    event(4, 'of the second', 'two'),
  ]);
  expect(executions.map(({ requestId, lines }) => [requestId, lines.map(({ message }) => message)])).toEqual([
    ['r-1', ['of the first']],
    ['r-2', ['of the second']],
  ]);
});

it('names the status of one that timed out, and says of one without a report that it is under way', () => {
  const shown = text([
    event(1, 'START RequestId: r-1 Version: $LATEST\n'),
    event(3001, report('r-1', 'Status: timeout\t')),
    event(4000, 'START RequestId: r-2 Version: $LATEST\n'),
  ]);
  expect(shown).toContain('timeout after 12.5 ms');
  expect(shown).toContain('under way');
});

it('reads the JSON log format too', () => {
  const metrics = { durationMs: 12.5, billedDurationMs: 13, memorySizeMB: 512, maxMemoryUsedMB: 60 };
  const lines = [
    { type: 'platform.initStart', record: {} },
    { type: 'platform.start', record: { requestId: 'r-1' } },
    { level: 'ERROR', message: 'order not processed' },
    { type: 'platform.report', record: { requestId: 'r-1', status: 'error', metrics } },
  ].map((line, index) => event(index, JSON.stringify(line)));
  expect(text(lines)).toBe(
    `2026-01-01T10:00:00.001Z Worker r-1  cold start
      +1 ms  {"level":"ERROR","message":"order not processed"}
      +2 ms  error after 12.5 ms, billed 13 ms, 60 of 512 MB`,
  );
});
