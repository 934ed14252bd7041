import { expect, test } from 'vitest';
import { attempt, machineTrouble, StageFailure } from './failure.ts';

test('a stage that works gives its result', async () => {
  expect(await attempt(async () => 'template')).toBe('template');
});

test('a failure that a stage explains is given as it is', async () => {
  const failure = new StageFailure('learner', 'stack.ts does not synthesize');
  expect(await attempt(() => Promise.reject(failure))).toBe(failure);
});

test('anything unexpected is ours, never the learner’s', async () => {
  const failure = await attempt(() => Promise.reject(new TypeError('x is undefined')));
  expect(failure).toMatchObject({ blame: 'tool', message: expect.stringContaining('x is undefined') });
});

test('a full disk is one line that says what to do', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  expect(await attempt(() => Promise.reject(full))).toMatchObject({
    blame: 'tool',
    message: 'The disk is full. Free some space and run it again; your files are as they were.',
  });
});

test('other errors are not the machine’s', () => {
  expect(machineTrouble('EACCES: permission denied')).toBeUndefined();
});
