import { describe, expect, it } from 'vitest';
import { testLambda } from './testing.ts';

/** What a function answers to one event. */
async function answerOf(
  files: string | Record<string, string>,
  {
    event = {},
    runtime = 'nodejs22.x',
    handler = 'index.handler',
  }: { event?: unknown; runtime?: 'nodejs22.x' | 'nodejs24.x'; handler?: string } = {},
) {
  await using lambda = testLambda();
  const name = await lambda.create(files, { Runtime: runtime, Handler: handler });
  return await lambda.invoke(name, event);
}

describe('the handler is found', () => {
  it.each([
    ['an ES module', { 'index.mjs': 'export const handler = async () => 1' }, 'index.handler'],
    [
      'an ES module by package.json',
      { 'index.js': 'export const handler = async () => 1', 'package.json': '{"type":"module"}' },
      'index.handler',
    ],
    ['CommonJS', { 'index.js': 'exports.handler = async () => 1' }, 'index.handler'],
    [
      'CommonJS as esbuild writes it',
      { 'index.js': 'const h = { handler: async () => 1 }; module.exports = h;' },
      'index.handler',
    ],
    ['a .cjs file', { 'index.cjs': 'exports.handler = async () => 1' }, 'index.handler'],
    [
      'in a folder',
      { 'src/orders/worker.mjs': 'export const handler = async () => 1' },
      'src/orders/worker.handler',
    ],
    [
      'in an object',
      { 'index.mjs': 'export const api = { v1: { handler: async () => 1 } }' },
      'index.api.v1.handler',
    ],
  ])('%s', async (_what, files, handler) => {
    expect((await answerOf(files, { handler })).value).toBe(1);
  });

  it('and what it imports beside it', async () => {
    const files = {
      'index.mjs': "import { n } from './given/n.mjs'; export const handler = async () => n",
      'given/n.mjs': 'export const n = 7',
    };
    expect((await answerOf(files)).value).toBe(7);
  });

  it('with the SDK that the runtime ships, from a bundle that leaves it out', async () => {
    const source =
      "import { SQSClient } from '@aws-sdk/client-sqs'; export const handler = async () => typeof SQSClient";
    expect((await answerOf(source)).value).toBe('function');
  });

  it('not with packages that the runtime does not ship', async () => {
    const { value } = await answerOf("import 'zod'; export const handler = async () => 1");
    expect(value).toMatchObject({
      errorType: 'Error',
      errorMessage: "Cannot find package 'zod' imported from /var/task/index.mjs",
    });
  });
});

describe('a function that cannot start says why', () => {
  it.each([
    [
      'the module is missing',
      { 'other.mjs': '' },
      'index.handler',
      'Runtime.ImportModuleError',
      "Error: Cannot find module 'index'",
    ],
    [
      'a CommonJS dependency is missing',
      { 'index.js': "require('nothing')" },
      'index.handler',
      'Runtime.ImportModuleError',
      "Error: Cannot find module 'nothing'",
    ],
    [
      'a syntax error',
      { 'index.mjs': 'export const handler = (' },
      'index.handler',
      'Runtime.UserCodeSyntaxError',
      'SyntaxError: ',
    ],
    [
      'the export is missing',
      { 'index.mjs': 'export const other = 1' },
      'index.handler',
      'Runtime.HandlerNotFound',
      'index.handler is undefined or not exported',
    ],
    [
      'the export is no function',
      { 'index.mjs': 'export const handler = 1' },
      'index.handler',
      'Runtime.HandlerNotFound',
      'index.handler is not a function',
    ],
    ['the name has no export', { 'index.mjs': '' }, 'index', 'Runtime.MalformedHandlerName', 'Bad handler'],
    [
      'the module throws',
      { 'index.mjs': "throw new TypeError('TABLE_NAME is not set')" },
      'index.handler',
      'TypeError',
      'TABLE_NAME is not set',
    ],
    [
      'the process exits at import',
      { 'index.mjs': 'process.exit(3)' },
      'index.handler',
      'Runtime.ExitError',
      'Runtime exited with error: exit status 3',
    ],
    [
      'the import never ends',
      { 'index.mjs': 'await new Promise(() => {})' },
      'index.handler',
      'Runtime.ExitError',
      'Runtime exited with error: exit status 13',
    ],
  ])('%s', async (_what, files, handler, errorType, message) => {
    const { value, functionError, log } = await answerOf(files as Record<string, string>, { handler });
    expect(functionError).toBe('Unhandled');
    expect(value).toMatchObject({ errorType, errorMessage: expect.stringContaining(message) });
    expect(log).toMatch(/INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: error\tError Type: /);
  });

  it('and the next invocation tries again', async () => {
    await using lambda = testLambda();
    const name = await lambda.create("throw new Error('not today')");
    await lambda.invoke(name);
    expect((await lambda.invoke(name)).value).toMatchObject({ errorMessage: 'not today' });
    expect(lambda.journal('cold-start')).toHaveLength(2);
  });
});

describe('the answer makes a JSON round trip', () => {
  it.each([
    ['undefined is null', 'undefined', null],
    ['a date is a text', 'new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['undefined members vanish', '({ a: undefined, b: NaN })', { b: null }],
  ])('%s', async (_what, expression, expected) => {
    expect((await answerOf(`export const handler = async () => ${expression}`)).value).toEqual(expected);
  });

  it.each([
    ['nodejs22.x', 'Error'],
    ['nodejs24.x', 'Runtime.JSONStringifyError'],
  ] as const)('what has no JSON is an error (%s)', async (runtime, errorType) => {
    for (const expression of ['1n', '(() => { const a = {}; a.a = a; return a })()']) {
      const { value, functionError } = await answerOf(`export const handler = async () => ${expression}`, {
        runtime,
      });
      expect(functionError).toBe('Unhandled');
      expect(value).toMatchObject({ errorType, errorMessage: 'Unable to stringify response body' });
    }
  });

  it('more than 6 MB is an error', async () => {
    const { value, functionError } = await answerOf(
      "export const handler = async () => 'x'.repeat(6_291_555)",
    );
    expect(functionError).toBe('Unhandled');
    expect(value).toEqual({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    });
  });
});

describe('what a handler throws is told as type, message and trace', () => {
  it('an error, with paths as on AWS', async () => {
    const { value, log } = await answerOf(
      "export const handler = async () => { throw new RangeError('too far') }",
    );
    expect(value).toMatchObject({
      errorType: 'RangeError',
      errorMessage: 'too far',
      trace: expect.arrayContaining([
        'RangeError: too far',
        '    at handler (file:///var/task/index.mjs:1:44)',
      ]),
    });
    expect(log).toMatch(
      /\tERROR\tInvoke Error \t\{"errorType":"RangeError","errorMessage":"too far","stack":\[/,
    );
  });

  it("an error of one's own class, with its properties in the log", async () => {
    const source = `class Poison extends Error { name = 'PoisonMessage'; orderId = 'o-1' }
      export const handler = async () => { throw new Poison('bad') }`;
    const { value, log } = await answerOf(source);
    expect(value).toMatchObject({ errorType: 'PoisonMessage', errorMessage: 'bad' });
    expect(log).toContain('"orderId":"o-1"');
  });

  it.each([
    ["'no'", 'string', 'no'],
    ['42', 'number', '42'],
    ['{ a: 1 }', 'object', '[object Object]'],
    ['undefined', 'undefined', 'undefined'],
    ['null', 'object', 'null'],
  ])('a value that is no error: %s', async (thrown, errorType, errorMessage) => {
    const { value, functionError } = await answerOf(`export const handler = async () => { throw ${thrown} }`);
    expect(functionError).toBe('Unhandled');
    expect(value).toEqual({ errorType, errorMessage, trace: [] });
  });

  it('a synchronous throw', async () => {
    const { value } = await answerOf("export const handler = () => { throw new Error('at once') }", {
      runtime: 'nodejs24.x',
    });
    expect(value).toMatchObject({ errorType: 'Error', errorMessage: 'at once' });
  });

  it('an error that nobody catches ends the environment', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(
      "export const handler = () => new Promise(() => setTimeout(() => { throw new Error('later') }, 5))",
    );
    const { value, log } = await lambda.invoke(name);
    expect(value).toMatchObject({ errorType: 'Error', errorMessage: 'later' });
    expect(log).toContain('Uncaught Exception');
    await lambda.invoke(name);
    expect(lambda.journal('cold-start')).toHaveLength(2);
  });

  it('a rejection that nobody handles ends the environment', async () => {
    const { value, log } = await answerOf(
      "export const handler = () => new Promise(() => { Promise.reject(new Error('forgotten')) })",
    );
    expect(value).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: forgotten',
    });
    expect(log).toContain('Unhandled Promise Rejection');
  });
});

describe('handlers that never answer', () => {
  it.each(['nodejs22.x', 'nodejs24.x'] as const)(
    'an async handler with nothing left to do is an error (%s)',
    async (runtime) => {
      const { value } = await answerOf('export const handler = async () => { await new Promise(() => {}) }', {
        runtime,
      });
      expect(value).toMatchObject({
        errorType: 'Runtime.NodeJsExit',
        errorMessage: expect.stringContaining('a Promise that was never settled'),
      });
    },
  );

  it('a synchronous handler of Node.js 22 has answered null', async () => {
    expect((await answerOf("export const handler = () => 'ignored'")).value).toBeNull();
  });

  it('a synchronous handler of Node.js 24 answers what it returns', async () => {
    expect((await answerOf("export const handler = () => 'heard'", { runtime: 'nodejs24.x' })).value).toBe(
      'heard',
    );
  });
});

describe('callbacks', () => {
  it('answer up to Node.js 22', async () => {
    expect(
      (await answerOf("export const handler = (event, context, callback) => callback(null, 'called')")).value,
    ).toBe('called');
    const { value } = await answerOf(
      "export const handler = (event, context, callback) => callback(new Error('refused'))",
    );
    expect(value).toMatchObject({ errorType: 'Error', errorMessage: 'refused' });
  });

  it('wait until nothing is left to do', async () => {
    const source = `let done = false;
      export const handler = (event, context, callback) => {
        const answer = { get done() { return done } };
        setTimeout(() => { done = true }, 20);
        callback(null, answer);
      }`;
    expect((await answerOf(source)).value).toEqual({ done: true });
  });

  it('do not wait when context.callbackWaitsForEmptyEventLoop is false', async () => {
    const source = `let done = false;
      export const handler = (event, context, callback) => {
        context.callbackWaitsForEmptyEventLoop = false;
        setTimeout(() => { done = true }, 2000);
        callback(null, { get done() { return done } });
      }`;
    expect((await answerOf(source)).value).toEqual({ done: false });
  });

  it('are refused from Node.js 24 on', async () => {
    const { value } = await answerOf(
      'export const handler = (event, context, callback) => callback(null, 1)',
      { runtime: 'nodejs24.x' },
    );
    expect(value).toMatchObject({
      errorType: 'Runtime.CallbackHandlerDeprecated',
      errorMessage: expect.stringContaining(
        'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.',
      ),
    });
  });
});

describe('the context', () => {
  it('tells of the function and the invocation', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(
      'export const handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() })',
      { Timeout: 10, MemorySize: 512 },
    );
    const clientContext = Buffer.from('{"client":{"app_title":"shop"}}').toString('base64');
    const { value } = await lambda.invoke(name, {}, { ClientContext: clientContext });
    const [{ requestId } = { requestId: '' }] = lambda.journal('invocation');
    expect(value).toMatchObject({
      functionName: name,
      functionVersion: '$LATEST',
      memoryLimitInMB: '512',
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      clientContext: { client: { app_title: 'shop' } },
      invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
      awsRequestId: requestId,
      callbackWaitsForEmptyEventLoop: true,
    });
    expect(Object.keys(value as object)).toEqual([
      'callbackWaitsForEmptyEventLoop',
      'functionVersion',
      'functionName',
      'memoryLimitInMB',
      'logGroupName',
      'logStreamName',
      'clientContext',
      'invokedFunctionArn',
      'awsRequestId',
      'left',
    ]);
    const { left } = value as { left: number };
    expect(left).toBeGreaterThan(8000);
    expect(left).toBeLessThanOrEqual(10_000);
  });

  it('counts down to the deadline', async () => {
    const source = `export const handler = async (event, context) => {
      const before = context.getRemainingTimeInMillis();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return before - context.getRemainingTimeInMillis();
    }`;
    expect((await answerOf(source)).value).toBeGreaterThanOrEqual(45);
  });
});
