import { describe, expect, it } from 'vitest';
import { countsLine, inventory } from './fences.ts';

const lesson = [
  '<Code file="a.ts" />',
  '```bash run exit="0|1"',
  'npm run check',
  '```',
  '```text output',
  'shown',
  '```',
  '  ```hcl illustrative="not ours"',
  '  resource',
  '  ```',
  '```mermaid',
  'flowchart LR',
  '```',
].join('\n');

describe('inventory', () => {
  it('tells included code, commands with their output, illustrations and diagrams apart', () => {
    expect(inventory(lesson, 'l.mdx')).toEqual({
      included: 1,
      commands: [{ command: 'npm run check', meta: 'run exit="0|1"', line: 2, shown: 'shown' }],
      illustrative: [{ reason: 'not ours', line: 8 }],
      diagrams: 1,
    });
  });

  it('refuses a code block that is neither tested nor marked, and names its line', () => {
    expect(() => inventory('text\n\n```ts\ncode\n```', 'l.mdx')).toThrow(
      'l.mdx:3: this code block is neither tested nor marked',
    );
  });

  it('refuses an output that follows no command', () => {
    expect(() => inventory('```text output\nx\n```', 'l.mdx')).toThrow('l.mdx:1');
  });

  it('refuses an illustration without a reason', () => {
    expect(() => inventory('```ts illustrative\nx\n```', 'l.mdx')).toThrow('l.mdx:1');
  });

  it('refuses a code block that is never closed', () => {
    expect(() => inventory('```ts run', 'l.mdx')).toThrow('l.mdx:1: this code block is never closed');
  });
});

it('the counts of all lessons are added up for the build log', () => {
  const one = inventory(lesson, 'l.mdx');
  expect(countsLine([one, one])).toBe(
    'code in lessons: 2 from tested files, 2 commands (2 with output), 2 illustrative, 2 diagrams',
  );
});
