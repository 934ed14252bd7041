/** Control characters with which the bootstrap frames what it writes (`runtime/console.mjs`). */
const EVENT_START = '\u001e';
const EVENT_END = '\u001f';

/** CloudWatch Logs takes events up to 1 MB. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const LONGEST_EVENT = 1_000_000;

/** What one invocation may log on each stream before the rest is dropped: endless output must not exhaust memory. */
const MOST_CHARACTERS = 2_000_000;
const MOST_EVENTS = 10_000;

export interface OutputReader {
  /** Takes a piece of what the process wrote. */
  push(chunk: string): void;
  /** An init or an invocation has ended, or the stream: hands on what is left. */
  finish(): void;
}

/**
 * Cuts a process's output into log events: a console call is one event, anything else is one event a line.
 * @param onEvent called with each event's text
 */
export function createOutputReader(onEvent: (text: string) => void): OutputReader {
  let pending = '';
  let inEvent = false;
  let characters = 0;
  let events = 0;
  let dropped = 0;

  function emit(text: string): void {
    if (text === '') return;
    if (characters + text.length > MOST_CHARACTERS || events === MOST_EVENTS) {
      dropped += text.length;
      return;
    }
    characters += text.length;
    events++;
    onEvent(text);
  }

  function finish(): void {
    emit(pending);
    pending = '';
    inEvent = false;
    if (dropped > 0) {
      onEvent(
        `The local cloud dropped ${dropped} more characters of output: it keeps ${MOST_CHARACTERS} characters or ${MOST_EVENTS} events of one invocation.`,
      );
    }
    characters = 0;
    events = 0;
    dropped = 0;
  }

  /** The next control character or, outside a console event, line break. */
  function cut(chunk: string, from: number): number {
    const pattern = inEvent ? EVENT_BOUNDARY : LINE_BOUNDARY;
    pattern.lastIndex = from;
    return pattern.exec(chunk)?.index ?? -1;
  }

  return {
    push(chunk) {
      let from = 0;
      for (let at = cut(chunk, from); at >= 0; at = cut(chunk, from)) {
        pending += chunk.slice(from, at);
        from = at + 1;
        emit(pending);
        pending = '';
        inEvent = chunk[at] === EVENT_START;
      }
      pending += chunk.slice(from);
      // A line or an event without end is handed on in pieces.
      if (pending.length >= LONGEST_EVENT) {
        emit(pending);
        pending = '';
      }
    },
    finish,
  };
}

const EVENT_BOUNDARY = new RegExp(EVENT_END, 'g');
const LINE_BOUNDARY = new RegExp(`[\n${EVENT_START}]`, 'g');
