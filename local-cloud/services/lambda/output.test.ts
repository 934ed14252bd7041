import { describe, expect, it } from 'vitest';
import { createOutputReader } from './output.ts';

const START = '\u001e';
const END = '\u001f';

/** What a reader makes of pieces of output. */
function read(...chunks: string[]) {
  const events: string[] = [];
  const reader = createOutputReader((text) => events.push(text));
  for (const chunk of chunks) reader.push(chunk);
  return { events, reader };
}

describe("a process's output becomes log events", () => {
  it('a console call is one event, line breaks and all', () => {
    expect(read(`${START}one\ntwo${END}${START}three${END}`).events).toEqual(['one\ntwo', 'three']);
  });

  it('anything else is one event a line', () => {
    expect(read('one\ntwo\n\nthree\n').events).toEqual(['one', 'two', 'three']);
  });

  it('however it is cut into pieces', () => {
    const { events } = read(...`raw\n${START}one\ntwo${END}more\n`);
    expect(events).toEqual(['raw', 'one\ntwo', 'more']);
  });

  it('a line that has no end ends with the invocation, or with the stream', () => {
    const { events, reader } = read('no newline');
    expect(events).toEqual([]);
    reader.finish();
    expect(events).toEqual(['no newline']);
  });
});

describe('endless output is bounded', () => {
  it('what is too much of one invocation is dropped, and said so', () => {
    const line = `${'x'.repeat(99_999)}\n`;
    const { events, reader } = read(...Array.from({ length: 100 }, () => line));
    reader.finish();
    expect(events.slice(0, -1)).toHaveLength(20);
    expect(events.at(-1)).toMatch(/^The local cloud dropped 7999920 more characters of output/);
  });

  it('so are too many events', () => {
    const { events, reader } = read('x\n'.repeat(20_000));
    reader.finish();
    expect(events).toHaveLength(10_001);
    expect(events.at(-1)).toMatch(/dropped 10000 more characters/);
  });

  it('a line without end does not pile up', () => {
    const { events, reader } = read(...Array.from({ length: 1000 }, () => 'x'.repeat(65_536)));
    reader.finish();
    expect(events.join('').length).toBeLessThan(2_100_000);
  });

  it('the next invocation may log again', () => {
    const { events, reader } = read('x\n'.repeat(20_000));
    reader.finish();
    reader.push('next\n');
    expect(events.at(-1)).toBe('next');
  });
});
