// Errors as Lambda's Node.js runtime tells them: { errorType, errorMessage, trace }.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
import { formatsJson, write } from './console.mjs';

/** An error of the runtime itself, for example `Runtime.HandlerNotFound`. */
export class RuntimeError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

/** @param {unknown} cause whatever was thrown, an Error or not */
export function describeError(cause) {
  try {
    if (isError(cause)) {
      return {
        errorType: String(cause.name),
        errorMessage: String(cause.message),
        trace: typeof cause.stack === 'string' ? cause.stack.split('\n') : [],
      };
    }
    return { errorType: typeof cause, errorMessage: String(cause), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
      trace: [],
    };
  }
}

/** Writes what was thrown into the log; as text, a title and one JSON object with the error's own properties. */
export function reportError(title, cause) {
  const error = cause instanceof Error ? cause : new Error(describeError(cause).errorMessage);
  if (formatsJson()) write('ERROR', error);
  else write('ERROR', `${title} \t${asJson(error)}`);
}

function asJson(error) {
  try {
    return JSON.stringify(error, (_key, value) =>
      value instanceof Error ? withAllProperties(value) : value,
    );
  } catch {
    return JSON.stringify(describeError(error));
  }
}

function withAllProperties(error) {
  const { errorType, errorMessage, trace } = describeError(error);
  return { errorType, errorMessage, code: error.code, ...error, stack: trace };
}

/** Errors of another realm (a vm context) are errors too. */
function isError(cause) {
  return cause instanceof Error || (typeof cause?.message === 'string' && typeof cause.stack === 'string');
}
