import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { type CheckResult, summarize } from '../report.ts';
import { prettyLab } from './pretty.ts';

function failed(name: string, lesson: string): CheckResult {
  return {
    id: `07-sqs-batch/live/${name}`,
    kind: 'live',
    title: `title of ${name}`,
    status: 'failed',
    points: 1,
    bonus: false,
    durationMs: 1,
    message: 'One cause.',
    hint: `hint of ${name}`,
    lesson,
  };
}

function storyOf(...checks: readonly CheckResult[]): string {
  const text = prettyLab(summarize('07-sqs-batch', checks, 1), { title: 'Queues', again: 'again' });
  return stripVTControlCharacters(text);
}

test('a cause that stops many checks names three of them', () => {
  const checks = ['a', 'b', 'c', 'd', 'e'].map((name) => failed(name, `/#${name}`));
  expect(storyOf(...checks)).toContain('✗ 5 checks: live/a, live/b, live/c and 2 more\n    One cause.\n\n');
});

test('checks of one place in the lesson show its hint and its address', () => {
  const story = storyOf(failed('a', '/#redrive'), failed('b', '/#redrive'));
  expect(story).toContain('    One cause.\n    Hint    hint of a\n    Lesson  /#redrive\n');
});
