// Lambda's log formats, one event a console call. Text: `<ISO time>\t<request id>\t<LEVEL>\t<message>`, however many
// lines; JSON: { timestamp, level, requestId, message }.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
import { format } from 'node:util';

// A console event stands between two control characters, so that its line breaks do not end it; `output.ts` reads them.
const START = '\u001e';
const END = '\u001f';
// biome-ignore lint/suspicious/noControlCharactersInRegex: these very characters frame the events
const FRAMING = /[\u001e\u001f]/g;

const methods = {
  trace: 'TRACE',
  debug: 'DEBUG',
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
};
/** From the most to the least detail. */
const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

let requestId;

/** Whether the function logs in JSON: a function is told so when it is configured. */
export const formatsJson = () => process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';

export function patchConsole() {
  // Writes to a pipe would else be queued in this process, and stay there when it is frozen or exits: what is logged
  // is in the pipe before the answer is.
  for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true);
  const least = formatsJson() ? levels.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL) : 0;
  for (const [method, level] of Object.entries(methods)) {
    const isLogged = levels.indexOf(level) >= least;
    console[method] = isLogged ? (...args) => write(level, ...args) : () => {};
  }
}

export function beginLogging(id) {
  requestId = id;
}

/** Writes one event of the log. */
export function write(level, ...args) {
  const text = (formatsJson() ? asJson : asText)(new Date().toISOString(), level, args);
  process.stdout.write(START + text.replace(FRAMING, '') + END);
}

function asText(timestamp, level, args) {
  return `${timestamp}\t${requestId}\t${level}\t${format(...args)}`;
}

/**
 * One argument stands as it is, several as the text that they make; the first error among those after the first is
 * told in fields of its own. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html#nodejs-logging-advanced
 */
function asJson(timestamp, level, args) {
  const event = { timestamp, level, requestId };
  if (args.length < 2) {
    try {
      return JSON.stringify({ ...event, message: args[0] }, withErrors);
    } catch {
      return JSON.stringify({ ...event, message: format(args[0]) });
    }
  }
  const error = args.slice(1).find((arg) => arg instanceof Error);
  return JSON.stringify({ ...event, message: format(...args), ...(error && fieldsOf(error)) });
}

function withErrors(_key, value) {
  return value instanceof Error ? { ...fieldsOf(value), ...value } : value;
}

function fieldsOf(error) {
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
  };
}

export function endLogging() {
  requestId = undefined;
}
