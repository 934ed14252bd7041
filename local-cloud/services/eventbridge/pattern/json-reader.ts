import { invalidEventPattern } from '../errors.ts';

export type JsonToken =
  | '{'
  | '}'
  | '['
  | ']'
  | 'field'
  | 'string'
  | 'number'
  | 'true'
  | 'false'
  | 'null'
  | 'end';

/**
 * Reads JSON token by token and knows where it is: AWS's refusals of a pattern name line and column of the place
 * that its reader had come to. Like that reader it stands behind the beginning of a field's value once it has read
 * the field's name, and only behind the opening quote of a text that nobody has asked for yet.
 */
export interface JsonReader {
  next(): JsonToken;
  /** The token as text: a string's or a field's content, a number as it is written. */
  text(): string;
  /** The refusal of the pattern at the place that has been reached. */
  refuse(reason: string): Error;
}

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}\p{N}_$]+/uy;
const WHITE_SPACE = /[ \t\r\n]*/y;
const STRING = /(?:[^"\\]|\\.)*"/sy;

/** The part of a source that is quoted in a refusal. */
const LONGEST_QUOTE = 500;

/** @param source the pattern as it was sent */
export function createJsonReader(source: string): JsonReader {
  const open: { kind: '{' | '['; at: number; entries: number }[] = [];
  let at = 0;
  let token: JsonToken | undefined;
  let value = '';
  /** The opening quote is read, the rest is not. */
  let unfinished = false;
  /** A field's value, of which the beginning is already read. */
  let pending: { token: JsonToken; value: string } | undefined;

  function place(offset: number): string {
    const before = source.slice(0, offset);
    const line = before.split('\n').length;
    const column = offset - before.lastIndexOf('\n');
    const rest = source.length - LONGEST_QUOTE;
    const quote = `"${source.slice(0, LONGEST_QUOTE)}"${rest > 0 ? `[truncated ${rest} chars]` : ''}`;
    return `[Source: (String)${quote}; line: ${line}, column: ${column}]`;
  }

  function refuse(reason: string, offset = at): Error {
    return invalidEventPattern(`${reason}\n at ${place(offset)}`);
  }

  function unexpected(expectation: string): Error {
    const char = source[at] ?? '';
    return refuse(`Unexpected character ('${char}' (code ${char.charCodeAt(0)})): ${expectation}`);
  }

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  }

  function endOfInput(): Error {
    const container = open.at(-1);
    const kind = container?.kind === '{' ? 'Object' : 'Array';
    return refuse(
      `Unexpected end-of-input: expected close marker for ${kind} (start marker at ${place(container?.at ?? 0)})`,
    );
  }

  /** The rest of a text, behind its opening quote. */
  function finishString(what: string): string {
    const begin = at;
    if (take(STRING) === undefined) {
      at = source.length;
      throw refuse(`Unexpected end-of-input${what}`);
    }
    try {
      return JSON.parse(`"${source.slice(begin, at)}`) as string;
    } catch {
      throw refuse('Illegal unquoted character or unrecognized escape sequence in a String value');
    }
  }

  function finish(): void {
    if (!unfinished) return;
    unfinished = false;
    value = finishString(': was expecting closing quote for a string value');
  }

  function beginValue(): JsonToken {
    const char = source[at];
    if (char === undefined) throw endOfInput();
    if (char === '{' || char === '[') {
      open.push({ kind: char, at, entries: 0 });
      at++;
      value = char;
      return char;
    }
    if (char === '"') {
      at++;
      unfinished = true;
      return 'string';
    }
    if (/[-\d]/.test(char)) {
      const number = take(NUMBER);
      if (number === undefined)
        throw unexpected(`Expected digit (0-9) to follow minus sign, for valid numeric value`);
      value = number;
      return 'number';
    }
    const word = take(WORD);
    if (word === 'true' || word === 'false' || word === 'null') {
      value = word;
      return word;
    }
    if (word === undefined) throw unexpected(`expected a valid value ${VALUES}`);
    throw refuse(`Unrecognized token '${word}': was expecting ${VALUES}`);
  }

  function readField(): void {
    if (source[at] === undefined) throw endOfInput();
    if (source[at] !== '"') throw unexpected('was expecting double-quote to start field name');
    at++;
    const name = finishString(' in field name');
    take(WHITE_SPACE);
    if (source[at] === undefined) throw endOfInput();
    if (source[at] !== ':') throw unexpected('was expecting a colon to separate field name and value');
    at++;
    take(WHITE_SPACE);
    pending = { token: beginValue(), value };
    value = name;
  }

  function advance(): JsonToken {
    if (pending) {
      const begun = pending;
      pending = undefined;
      value = begun.value;
      return begun.token;
    }
    finish();
    take(WHITE_SPACE);
    const container = open.at(-1);
    if (!container) return source[at] === undefined ? 'end' : beginValue();
    if (source[at] === undefined) throw endOfInput();
    if (source[at] === (container.kind === '{' ? '}' : ']')) {
      open.pop();
      value = source[at] as string;
      at++;
      return container.kind === '{' ? '}' : ']';
    }
    if (container.entries++ > 0) {
      if (source[at] !== ',') {
        const kind = container.kind === '{' ? 'Object' : 'Array';
        throw unexpected(`was expecting comma to separate ${kind} entries`);
      }
      at++;
      take(WHITE_SPACE);
    }
    if (container.kind === '[') return beginValue();
    readField();
    return 'field';
  }

  return {
    next() {
      token = advance();
      return token;
    },
    text() {
      if (token === 'string') finish();
      return value;
    },
    refuse: (reason) => refuse(reason),
  };
}
