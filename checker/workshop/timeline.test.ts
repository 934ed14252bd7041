import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { JournalEntry, JournalEvent } from '../../local-cloud/journal.ts';
import { timelineOf } from './timeline.ts';

const queue = 'arn:aws:sqs:us-east-1:123456789012:Lab-Queue4A7E3555-x1';
const resources = {
  Queue4A7E3555: { physicalId: 'http://127.0.0.1:4566/123456789012/Lab-Queue4A7E3555-x1' },
};
const lines = (...events: readonly (JournalEvent & { at: number })[]) =>
  timelineOf(
    events.map((event, index): JournalEntry => ({ ...event, seq: index + 1 })),
    resources,
  ).map(stripVTControlCharacters);

const call = (at: number, durationMs: number, operation: string, error?: string) => ({
  type: 'call' as const,
  at,
  service: 'sqs',
  operation,
  principal: 'arn:aws:sts::123456789012:assumed-role/Role/worker',
  requestId: 'r',
  resources: [queue],
  actions: [`sqs:${operation}`],
  durationMs,
  ...(error && { error }),
});

it('shows what began first first, with the time since, and resources by the names that the stack gives them', () => {
  expect(
    lines(
      call(1500, 10, 'SendMessage'),
      { type: 'cold-start', at: 1600, functionName: 'worker', environmentId: 'e', initMs: 600 },
      { type: 'retry', at: 2000, what: 'worker', attempt: 2, delayMs: 60_000 },
    ),
  ).toEqual([
    '+   0.000 s  cold start  worker  init 600 ms',
    '+   0.490 s  call        sqs:SendMessage  Queue4A7E3555 10 ms  by worker',
    '+   1.000 s  retry       worker  attempt 2 after 60.0 s',
  ]);
});

it('shows denials and throttles', () => {
  const principal = 'arn:aws:sts::123456789012:assumed-role/Role/worker';
  const shown = lines(
    { type: 'denial', at: 1, principal, action: 'sqs:SendMessage', resource: queue, message: 'User …' },
    {
      type: 'throttle',
      at: 2,
      functionName: 'worker',
      reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    },
  );
  expect(shown[0]).toContain('denied      sqs:SendMessage on');
  expect(shown[1]).toContain('throttled   worker  ReservedFunctionConcurrentInvocationLimitExceeded');
});

it('shows how an asynchronous event fares, and loops that were stopped', () => {
  const event = {
    type: 'async-event',
    functionName: 'worker',
    qualifier: '$LATEST',
    requestId: 'r',
  } as const;
  expect(
    lines(
      { ...event, at: 1000, what: 'received', ageMs: 0 },
      { ...event, at: 13_000, what: 'dropped', ageMs: 12_000, reason: 'RetriesExhausted' },
      { type: 'recursion', at: 14_000, functionName: 'worker', requestId: 'r' },
    ),
  ).toEqual([
    '+   0.000 s  async       worker  received at the age of 0 ms',
    '+  12.000 s  async       worker  dropped at the age of 12.0 s  RetriesExhausted',
    '+  13.000 s  loop        worker was not run  r',
  ]);
});

it('leaves out idle polls, but not one that failed', () => {
  expect(lines(call(1, 0, 'ReceiveMessage'))).toEqual([]);
  expect(lines(call(1, 0, 'ReceiveMessage', 'AccessDenied'))[0]).toContain('AccessDenied');
});
