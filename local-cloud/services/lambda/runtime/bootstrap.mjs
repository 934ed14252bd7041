// What runs in an execution environment before the learner's code: it loads the handler, then waits for one invocation
// after another. Plain JavaScript and few imports, because it is part of every cold start.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import './variables.mjs';
import { cloudNow, followCloudTime, setCloudTime } from './cloud-time.mjs';
import { beginLogging, endLogging, patchConsole } from './console.mjs';
import { describeError, RuntimeError, reportError } from './errors.mjs';
import { loadHandler } from './load-handler.mjs';
import { nextInvocation, postError, postFatal, postReady, postResponse } from './runtime-channel.mjs';
import { preloadMs } from './variables.mjs';

const runtime = process.env.AWS_EXECUTION_ENV.replace('AWS_Lambda_', '');

followCloudTime(Number(process.env._LOCAL_CLOUD_TIME));
delete process.env._LOCAL_CLOUD_TIME;
patchConsole();

/** The id of the invocation that runs; undefined during init. */
let current;
/** Called when the event loop is empty while an invocation runs. */
let onEmptyEventLoop;

process.on('beforeExit', () => {
  const settle = onEmptyEventLoop;
  onEmptyEventLoop = undefined;
  settle?.();
});
process.on('uncaughtException', (error) => die('Uncaught Exception', error, 129));
process.on('unhandledRejection', (reason) => {
  const error = new RuntimeError('Runtime.UnhandledPromiseRejection', String(reason));
  if (typeof reason?.stack === 'string') {
    error.stack = [`${error.name}: ${error.message}`, ...reason.stack.split('\n').slice(1)].join('\n');
  }
  return die('Unhandled Promise Rejection', Object.assign(error, { reason }), 128);
});

const handle = await loadHandler(process.env._HANDLER, process.env.LAMBDA_TASK_ROOT, runtime).catch((error) =>
  die('Uncaught Exception', error, 1),
);
serve();

async function serve() {
  // A promise that was rejected while the module was loaded comes to light before anybody invokes it.
  await turn();
  endLogging();
  postReady(preloadMs);
  for (;;) await run(nextInvocation());
}

async function run({ requestId, deadlineMs, cloudTimeMs, traceId, event, ...rest }) {
  current = requestId;
  setCloudTime(cloudTimeMs);
  process.env._X_AMZN_TRACE_ID = traceId;
  beginLogging(requestId);
  // Timers that came due while the environment was frozen go first.
  await turn();
  const before = process.cpuUsage();
  let body;
  let post = postResponse;
  try {
    const context = contextOf(requestId, deadlineMs, rest);
    const result = await handle(JSON.parse(event), context, (settle) => {
      onEmptyEventLoop = settle;
    });
    body = stringify(result);
  } catch (cause) {
    // One turn later, as in Lambda's runtime: what the handler logged last comes first.
    await turn();
    reportError('Invoke Error', cause);
    post = postError;
    body = JSON.stringify(describeError(cause));
  }
  onEmptyEventLoop = undefined;
  const { user, system } = process.cpuUsage(before);
  // A promise that was rejected and that nobody handles comes to light before the answer leaves.
  await turn();
  endLogging();
  current = undefined;
  post(requestId, body, { cpuUs: user + system });
}

/** One turn of the event loop. */
function turn() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Says what went wrong where nothing can catch it any more, and ends the process. */
function die(title, cause, exitCode) {
  reportError(title, cause);
  postFatal(current, JSON.stringify(describeError(cause)));
  endLogging();
  process.exit(exitCode);
}

function stringify(result) {
  try {
    // A function or a symbol has no JSON: the answer is empty, as undefined is null.
    return JSON.stringify(result === undefined ? null : result) ?? '';
  } catch {
    const name = runtime === 'nodejs24.x' ? 'Runtime.JSONStringifyError' : 'Error';
    throw new RuntimeError(name, 'Unable to stringify response body');
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf(awsRequestId, deadlineMs, { functionArn, clientContext, cognitoIdentity }) {
  return {
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext && JSON.parse(clientContext),
    identity: cognitoIdentity && JSON.parse(cognitoIdentity),
    invokedFunctionArn: functionArn,
    awsRequestId,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - cloudNow()),
  };
}
