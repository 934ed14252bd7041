import { describe, expect, it } from 'vitest';
import { createOutputReader } from './output.ts';

const START = '\u001e';
const END = '\u001f';
const MARK = '\u001d';

/** What a reader makes of pieces of output. */
function read(...chunks: string[]) {
  const events: string[] = [];
  let marks = 0;
  const reader = createOutputReader(
    (text) => events.push(text),
    () => marks++,
  );
  for (const chunk of chunks) reader.push(chunk);
  return { events, marks: () => marks, reader };
}

describe("a process's output becomes log events", () => {
  it('a console call is one event, line breaks and all', () => {
    expect(read(`${START}one\ntwo${END}${START}three${END}`).events).toEqual(['one\ntwo', 'three']);
  });

  it('anything else is one event a line', () => {
    expect(read('one\ntwo\n\nthree\n').events).toEqual(['one', 'two', 'three']);
  });

  it('however it is cut into pieces', () => {
    const text = `raw\n${START}one\ntwo${END}more\n${MARK}`;
    const { events, marks } = read(...text);
    expect(events).toEqual(['raw', 'one\ntwo', 'more']);
    expect(marks()).toBe(1);
  });

  it('a line that has no end ends with the invocation', () => {
    const { events, marks } = read(`no newline${MARK}`);
    expect(events).toEqual(['no newline']);
    expect(marks()).toBe(1);
  });

  it('and with the stream', () => {
    const { events, reader } = read('no newline');
    reader.end();
    expect(events).toEqual(['no newline']);
  });
});

describe('endless output is bounded', () => {
  it('what is too much of one invocation is dropped, and said so', () => {
    const line = `${'x'.repeat(99_999)}\n`;
    const { events } = read(...Array.from({ length: 100 }, () => line), MARK);
    expect(events.slice(0, -1)).toHaveLength(20);
    expect(events.at(-1)).toMatch(/^The local cloud dropped 7999920 more characters of output/);
  });

  it('so are too many events', () => {
    const { events } = read('x\n'.repeat(20_000), MARK);
    expect(events).toHaveLength(10_001);
    expect(events.at(-1)).toMatch(/dropped 10000 more characters/);
  });

  it('a line without end does not pile up', () => {
    const { events } = read(...Array.from({ length: 1000 }, () => 'x'.repeat(65_536)), MARK);
    expect(events.join('').length).toBeLessThan(2_100_000);
  });

  it('the next invocation may log again', () => {
    const { events } = read('x\n'.repeat(20_000), MARK, 'next\n');
    expect(events.at(-1)).toBe('next');
  });
});
