import { describe, expect, it } from 'vitest';
import { hunksBetween, pairReasons } from './hunks.ts';

const starter = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n';
const solution = starter.replace('one', 'ONE').replace('eight', 'EIGHT');
const hunks = hunksBetween(starter, solution);

describe('pairReasons', () => {
  it('puts each reason beside the hunk that changes the text it names', () => {
    const pairs = pairReasons(hunks, [{ shows: 'EIGHT' }, { shows: 'ONE' }], 'f.ts');
    expect(pairs.map(({ reasons }) => reasons)).toEqual([[{ shows: 'ONE' }], [{ shows: 'EIGHT' }]]);
  });

  it('refuses a hunk without a reason', () => {
    expect(() => pairReasons(hunks, [{ shows: 'ONE' }], 'f.ts')).toThrow(
      'f.ts: the hunk at line 6 of the solution has no reason',
    );
  });

  it('refuses a reason that names text which no hunk changes', () => {
    const reasons = [{ shows: 'ONE' }, { shows: 'EIGHT' }, { shows: 'two' }];
    expect(() => pairReasons(hunks, reasons, 'f.ts')).toThrow(
      'no hunk of the solution\'s diff changes "two"',
    );
  });
});

it('a file that the starter does not have is one hunk', () => {
  expect(hunksBetween('', 'new\n')).toEqual([{ text: '+new', line: 1 }]);
});
