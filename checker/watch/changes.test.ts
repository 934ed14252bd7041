import { describe, expect, it } from 'vitest';
import { compareSnapshots, describeChanges, EMPTY, editOf, isSubmission, looksHalfSaved } from './changes.ts';

const snapshot = (files: Record<string, string>) => new Map(Object.entries(files));

describe('what counts as the submission', () => {
  it.each(['worker.ts', 'stack.ts', 'events/poison.json', 'lib/parse.ts', 'given/ledger.ts'])(
    '%s does',
    (path) => expect(isSubmission(path)).toBe(true),
  );

  it.each([
    ['vim writes a probe file', '4913'],
    ['vim keeps a backup', 'worker.ts~'],
    ['vim has a swap file', '.worker.ts.swp'],
    ['emacs has a lock', '.#worker.ts'],
    ['emacs saves automatically', '#worker.ts#'],
    ['a temp file is renamed later', 'worker.ts.tmp'],
    ['JetBrains writes safely', 'worker.ts___jb_tmp___'],
    ['dependencies are not the submission', 'node_modules/left/index.js'],
    ['neither is what synth wrote', 'cdk.out/tree.json'],
    ['nor a hidden folder', '.git/index'],
  ])('%s: %s does not', (_why, path) => expect(isSubmission(path)).toBe(false));
});

describe('comparing two snapshots', () => {
  it('a file saved unchanged is no change', () => {
    expect(compareSnapshots(snapshot({ 'worker.ts': 'a' }), snapshot({ 'worker.ts': 'a' }))).toEqual([]);
  });

  it('tells added, edited, emptied and removed apart, sorted by file', () => {
    const before = snapshot({ 'c.ts': '1', 'b.ts': '1', 'd.ts': '1' });
    const after = snapshot({ 'a.ts': '1', 'b.ts': '2', 'c.ts': EMPTY });
    expect(compareSnapshots(before, after)).toEqual([
      { file: 'a.ts', what: 'added' },
      { file: 'b.ts', what: 'edited' },
      { file: 'c.ts', what: 'emptied' },
      { file: 'd.ts', what: 'removed' },
    ]);
  });

  it('a file that is gone or empty may be half of a save', () => {
    expect(looksHalfSaved([{ file: 'worker.ts', what: 'removed' }])).toBe(true);
    expect(looksHalfSaved([{ file: 'worker.ts', what: 'emptied' }])).toBe(true);
    expect(looksHalfSaved([{ file: 'worker.ts', what: 'edited' }])).toBe(false);
  });
});

describe('what changed decides what runs again', () => {
  it.each([
    ['stack', ['stack.ts']],
    ['stack', ['stack.ts', 'worker.ts']],
    ['handler', ['worker.ts']],
    ['handler', ['events/poison.json']],
    ['handler', ['given/ledger.ts', 'worker.ts']],
    ['nothing', ['given/ledger.ts']],
    ['nothing', []],
  ] as const)('%s ← %j', (edit, files) => {
    expect(editOf(files.map((file) => ({ file, what: 'edited' })))).toBe(edit);
  });
});

describe('a change in words', () => {
  it('names the first file, says what happened to it, and counts the others', () => {
    expect(describeChanges([{ file: 'worker.ts', what: 'edited' }])).toBe('worker.ts saved');
    expect(describeChanges([{ file: 'worker.ts', what: 'removed' }])).toBe('worker.ts removed');
    expect(
      describeChanges([
        { file: 'a.ts', what: 'edited' },
        { file: 'b.ts', what: 'added' },
      ]),
    ).toBe('a.ts saved, 1 more change');
  });
});
