// Lambda's text log format: `<ISO time>\t<request id>\t<LEVEL>\t<message>`, one event a call, however many lines.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
import { format } from 'node:util';

// A console event stands between two control characters, so that its line breaks do not end it; a third one marks,
// on both streams, that all output of an init or an invocation has been written. `output.ts` reads them.
const START = '\u001e';
const END = '\u001f';
const MARK = '\u001d';
// biome-ignore lint/suspicious/noControlCharactersInRegex: these very characters frame the events
const FRAMING = /[\u001d-\u001f]/g;

const levels = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' };

let requestId;

export function patchConsole() {
  // Writes to a pipe would else be queued in this process, and stay there when it is frozen or exits.
  for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true);
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...args) => write(level, format(...args));
  }
}

export function beginLogging(id) {
  requestId = id;
}

export function write(level, message) {
  const text = `${new Date().toISOString()}\t${requestId}\t${level}\t${message}`;
  process.stdout.write(START + text.replace(FRAMING, '') + END);
}

/** Says that the output of this init or invocation is complete. */
export function endLogging() {
  process.stdout.write(MARK);
  process.stderr.write(MARK);
  requestId = undefined;
}
