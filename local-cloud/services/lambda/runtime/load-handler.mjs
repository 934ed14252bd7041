// Finds and wraps the handler that `_HANDLER` names, for example `src/worker.handler`.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuntimeError } from './errors.mjs';

/**
 * @param {string} name `<path of the module without extension>.<export>`
 * @param {string} root folder of the function's code
 * @param {string} runtime `nodejs24.x` takes no callback handlers
 * @returns a function `(event, context, onEmptyEventLoop) => Promise`
 */
export async function loadHandler(name, root, runtime) {
  if (name.includes('..')) {
    throw new RuntimeError(
      'Runtime.MalformedHandlerName',
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const match = /^([^.]*)\.(.+)$/.exec(basename(name));
  if (!match) throw new RuntimeError('Runtime.MalformedHandlerName', 'Bad handler');
  const [, moduleName, exportPath] = match;
  const module = await importModule(resolve(root, dirname(name), moduleName), moduleName);
  const handler = valueAt(module, exportPath) ?? valueAt(module.default, exportPath);
  if (!handler) throw new RuntimeError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${name} is not a function`);
  }
  return runtime === 'nodejs24.x' ? withoutCallback(handler) : withCallback(handler);
}

function valueAt(object, path) {
  return path.split('.').reduce((value, key) => value?.[key], object);
}

async function importModule(path, name) {
  const file = ['', '.js', '.mjs', '.cjs'].map((extension) => path + extension).find(existsSync);
  if (!file) {
    throw new RuntimeError(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${name}'\nRequire stack:\n- /var/runtime/index.mjs`,
    );
  }
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw renamed('Runtime.UserCodeSyntaxError', error);
    // An ES module that is not found stays an Error with the code ERR_MODULE_NOT_FOUND, as on AWS.
    if (error?.code === 'MODULE_NOT_FOUND') throw renamed('Runtime.ImportModuleError', error);
    throw error;
  }
}

function renamed(name, cause) {
  const error = new RuntimeError(name, String(cause));
  // Node puts the place of a syntax error before the message.
  error.stack = `${name}: ${cause.stack}`;
  return error;
}

function withoutCallback(handler) {
  if (handler.length > 2) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    );
  }
  return (event, context, onEmptyEventLoop) =>
    new Promise((resolve, reject) => {
      onEmptyEventLoop(() => reject(neverSettled()));
      Promise.resolve(handler(event, context)).then(resolve, reject);
    });
}

/** Up to Node.js 22 a handler may answer through its third argument or through `context`. */
function withCallback(handler) {
  const isAsync = handler.constructor.name === 'AsyncFunction';
  return (event, context, onEmptyEventLoop) =>
    new Promise((resolve, reject) => {
      const settle = (error, result) => {
        if (error === undefined || error === null) resolve(result);
        else reject(error);
      };
      let waits = true;
      // By default Lambda sends the answer of a callback only when nothing is left to do.
      const callback = (error, result) => {
        if (waits && (error === undefined || error === null)) onEmptyEventLoop(() => resolve(result));
        else settle(error, result);
      };
      // Its own members come first, as on AWS: a context is often logged as a whole.
      const callbackContext = {
        get callbackWaitsForEmptyEventLoop() {
          return waits;
        },
        set callbackWaitsForEmptyEventLoop(value) {
          waits = value;
        },
        succeed: (result) => settle(null, result),
        fail: (error) => settle(error ?? 'handled'),
        done: settle,
      };
      Object.defineProperties(callbackContext, Object.getOwnPropertyDescriptors(context));
      // Nothing is left that could answer: an async function failed to, any other has answered with nothing.
      onEmptyEventLoop(() => (isAsync ? reject(neverSettled()) : resolve(null)));
      const returned = handler(event, callbackContext, callback);
      if (typeof returned?.then === 'function') returned.then(resolve, reject);
    });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html#troubleshooting-invocation-nodejs-exit */
function neverSettled() {
  return new RuntimeError(
    'Runtime.NodeJsExit',
    'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes',
  );
}
