import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { CheckStatus } from '../report.ts';
import { draw, wrap } from './screen.ts';
import { testLab, testReport } from './testing.ts';
import { decide, initialView, type View } from './view.ts';

const lab = testLab('07-sqs-batch');
const plain = pc.createColors(false);
const large = { columns: 80, rows: 40 };

function verdict(...statuses: CheckStatus[]): View {
  const report = testReport(lab, statuses);
  const event = { type: 'session', event: { type: 'finished', lab: lab.slug, report } } as const;
  return decide(initialView([lab], new Map()), event).view;
}

const text = (view: View, size = large) => draw(view, size, plain).join('\n');

describe('the screen', () => {
  it('shows the verdict by check, the next failing one with its message and first hint, and the keys', () => {
    expect(text(verdict('passed', 'failed', 'skipped'))).toBe(`
  07  Queues and partial batch failure                           2 of 3 points
  graded in 0.84 s

  handler  ✓ poison is reported alone                                        2
  stack    ✗ batch settings                                                  1
  live     - batch survives poison${' '.repeat(44)}

  ✗ batch settings
  expected batch-settings, it did not happen

  Hint 1 of 3  nudge for batch-settings

  h next hint   n next failing check   d solution diff   r run again   q quit`);
  });

  it('says when every check passes', () => {
    expect(text(verdict('passed', 'passed', 'passed'))).toContain('Every check passes. Lab 07 is done.');
  });

  it('waits before the first run', () => {
    expect(text(initialView([lab], new Map()))).toContain('waiting for a change');
  });

  it('says why there is no verdict', () => {
    const event = {
      type: 'session',
      event: { type: 'broken', lab: lab.slug, message: 'disk full' },
    } as const;
    expect(text(decide(verdict('failed'), event).view)).toContain('No verdict: disk full');
  });

  it.each([
    { columns: 80, rows: 12 },
    { columns: 40, rows: 10 },
    { columns: 10, rows: 3 },
    { columns: 200, rows: 60 },
  ])('fits into $columns × $rows, keys included', (size) => {
    const lines = draw(verdict('failed', 'failed', 'passed'), size, plain);
    expect(lines.length).toBeLessThanOrEqual(size.rows);
    expect(lines.at(-1)).toContain('q quit');
  });

  it('counts passing checks where there is little room, and keeps the hint', () => {
    const small = text(verdict('failed', 'passed', 'passed'), { columns: 60, rows: 16 });
    expect(small).toContain('stack    1 pass');
    expect(small).toContain('Hint 1 of 3');
  });
});

describe('wrapping', () => {
  it('keeps lines and their indent, breaks at words, and cuts words that are too long', () => {
    expect(wrap('one two three\n  four five six', 9)).toEqual([
      'one two',
      'three',
      '  four',
      '  five',
      '  six',
    ]);
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  });

  it('keeps empty lines', () => expect(wrap('a\n\nb', 9)).toEqual(['a', '', 'b']));
});
