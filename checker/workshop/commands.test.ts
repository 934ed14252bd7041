import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { CheckStatus } from '../report.ts';
import { testLab, testReport } from '../watch/testing.ts';
import { hint, list, type Outcome, progress, type Workshop } from './commands.ts';

const lab = testLab('07-sqs-batch');
const [first, second] = lab.checks.map(({ id }) => id);

function workshop(statuses?: readonly CheckStatus[], seen: Record<string, number> = {}) {
  const remembered: [string, number][] = [];
  const made: Workshop = {
    root: '/nowhere',
    labs: [lab],
    latest: () => (statuses ? testReport(lab, statuses) : undefined),
    hints: {
      seen: new Map(Object.entries(seen)),
      remember: (check, count) => void remembered.push([check, count]),
    },
    now: new Date(0),
  };
  return { ...made, remembered };
}

const text = ({ lines }: Outcome) => stripVTControlCharacters(lines.join('\n'));

describe('list', () => {
  it('shows each lab with its points', () => {
    expect(text(list(workshop(['passed', 'failed', 'passed'])))).toContain(
      '2 of 3 points  2 of 3 checks pass',
    );
  });

  it('says which labs were not run', () =>
    expect(text(list(workshop()))).toContain('0 of 3 points  not run yet'));
});

describe('progress', () => {
  it('adds up, and names the next failing check', () => {
    expect(text(progress(workshop(['passed', 'failed', 'failed'])))).toBe(
      `2 of 3 points, 0 of 1 labs pass
Next: 07 Queues and partial batch failure: batch settings
npm run check -- 07 --watch`,
    );
  });

  it('says when all is done', () => {
    expect(text(progress(workshop(['passed', 'passed', 'passed'])))).toContain('Every lab is done.');
  });
});

describe('hint', () => {
  it('shows the first hint of the next failing check, with what happened, and remembers it', async () => {
    const made = workshop(['passed', 'failed', 'failed']);
    const shown = text(await hint(made, lab));
    expect(shown).toContain('expected batch-settings, it did not happen');
    expect(shown).toContain('Hint 1 of 3  nudge for batch-settings');
    expect(made.remembered).toEqual([[second, 1]]);
  });

  it('goes on from the hints that were seen', async () => {
    const shown = text(await hint(workshop(['failed'], { [first ?? '']: 1 }), lab));
    expect(shown).toContain('Hint 2 of 3  more for poison-is-reported-alone');
  });

  it('after the last one points to the solution', async () => {
    const made = workshop(['failed'], { [first ?? '']: 3 });
    expect(text(await hint(made, lab))).toContain('The solution: npm run workshop -- diff 07');
    expect(made.remembered).toEqual([]);
  });

  it('takes a check by name, passed or not', async () => {
    expect(text(await hint(workshop(['passed', 'passed', 'passed']), lab, 'batch-settings'))).toContain(
      'Hint 1 of 3',
    );
  });

  it('an unknown check is refused with the list of names', async () => {
    await expect(hint(workshop(), lab, 'nothing')).rejects.toThrow(
      'It has: poison-is-reported-alone, batch-settings',
    );
  });

  it('before the first run it begins with what the starter fails', async () => {
    expect(text(await hint(workshop(), lab))).toContain('was not graded yet: npm run check -- 07');
  });

  it('has nothing to say when every check passes', async () => {
    expect(text(await hint(workshop(['passed', 'passed', 'passed']), lab))).toContain('nothing to hint at');
  });
});
