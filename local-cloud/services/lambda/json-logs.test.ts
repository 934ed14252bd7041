import type { LoggingConfig } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { testLambda } from './testing.ts';

/** Runs a handler once and gives the events of its log, parsed. */
async function eventsOf(body: string, config: LoggingConfig = {}): Promise<Record<string, unknown>[]> {
  await using test = testLambda();
  await test.create(`export const handler = async () => { ${body} }`, {
    FunctionName: 'orders',
    LoggingConfig: { LogFormat: 'JSON', ...config },
  });
  await test.invoke('orders');
  const { events = [] } = await test.logs.FilterLogEvents(
    { logGroupName: config.LogGroup ?? '/aws/lambda/orders' },
    test.call(),
  );
  return events.map(({ message = '' }) => JSON.parse(message));
}

const applicationEvents = async (body: string, config?: LoggingConfig) =>
  (await eventsOf(body, config)).filter(({ type }) => type === undefined);

const platformTypes = async (body: string, config?: LoggingConfig) =>
  (await eventsOf(body, config)).map(({ type }) => type).filter((type) => type !== undefined);

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const requestId = expect.stringMatching(/^[0-9a-f-]{36}$/);

describe('a console call in the JSON format', () => {
  it('is one object with time, level, request id and message', async () => {
    expect(await applicationEvents(`console.log('order %s', 'A-1')`)).toEqual([
      { timestamp: time, level: 'INFO', requestId, message: 'order A-1' },
    ]);
  });

  it('keeps an object that is its only argument', async () => {
    const [event] = await applicationEvents(`console.warn({ orderId: 'A-1', items: [1] })`);
    expect(event).toMatchObject({ level: 'WARN', message: { orderId: 'A-1', items: [1] } });
  });

  it('tells an error that is its only argument in the message', async () => {
    const [event] = await applicationEvents(
      `console.error(Object.assign(new TypeError('no stock'), { code: 7 }))`,
    );
    expect(event).toMatchObject({
      level: 'ERROR',
      message: {
        errorType: 'TypeError',
        errorMessage: 'no stock',
        stackTrace: expect.arrayContaining(['TypeError: no stock']),
        code: 7,
      },
    });
  });

  it('tells an error that is a later argument in fields of its own', async () => {
    const [event] = await applicationEvents(`console.error('failed', new TypeError('no stock'))`);
    expect(event).toMatchObject({
      message: expect.stringContaining('failed TypeError: no stock'),
      errorType: 'TypeError',
      errorMessage: 'no stock',
      stackTrace: expect.arrayContaining(['TypeError: no stock']),
    });
  });

  it('with what has no JSON is told as text', async () => {
    const [event] = await applicationEvents(`const a = {}; a.a = a; console.log(a)`);
    expect(event?.message).toContain('[Circular *1]');
  });

  it.each([
    [undefined, ['INFO', 'WARN', 'ERROR']],
    ['DEBUG', ['DEBUG', 'INFO', 'WARN', 'ERROR']],
    ['ERROR', ['ERROR']],
  ] as const)('below the level %s is not logged', async (ApplicationLogLevel, levels) => {
    const body = ['debug', 'info', 'warn', 'error'].map((method) => `console.${method}(1)`).join(';');
    const events = await applicationEvents(body, { ApplicationLogLevel });
    expect(events.map(({ level }) => level)).toEqual(levels);
  });
});

describe('what a function writes past its console', () => {
  it('is filtered by the level that it names', async () => {
    const line = (level: string) => `process.stdout.write('{"level":"${level}","n":1}\\n');`;
    const events = await applicationEvents(line('debug') + line('error'), { ApplicationLogLevel: 'WARN' });
    expect(events).toEqual([{ level: 'error', n: 1 }]);
  });
});

describe('an error that a handler throws, in the JSON format', () => {
  it('is logged as an object', async () => {
    const [event] = await applicationEvents(`throw new RangeError('too many')`);
    expect(event).toMatchObject({
      level: 'ERROR',
      requestId,
      message: { errorType: 'RangeError', errorMessage: 'too many' },
    });
  });
});

describe('platform events', () => {
  it('tell start and report of each invocation, with the init', async () => {
    const [initStart, start, report] = await eventsOf('return 1');
    expect(initStart).toEqual({
      time,
      type: 'platform.initStart',
      record: {
        initializationType: 'on-demand',
        phase: 'init',
        runtimeVersion: 'nodejs:22.v1',
        runtimeVersionArn: expect.stringMatching(/^arn:aws:lambda:us-east-1::runtime:/),
        functionName: 'orders',
        functionVersion: '$LATEST',
        instanceId: expect.stringMatching(/\[\$LATEST\][0-9a-f]{32}$/),
        instanceMaxMemory: 268_435_456,
      },
    });
    expect(start).toEqual({
      time,
      type: 'platform.start',
      record: {
        requestId,
        functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:orders',
        version: '$LATEST',
      },
    });
    const number = expect.any(Number);
    expect(report).toEqual({
      time,
      type: 'platform.report',
      record: {
        requestId,
        metrics: {
          durationMs: number,
          billedDurationMs: number,
          memorySizeMB: 256,
          maxMemoryUsedMB: number,
          initDurationMs: number,
        },
        status: 'success',
      },
    });
  });

  it('are more at DEBUG', async () => {
    expect(await platformTypes('return 1', { SystemLogLevel: 'DEBUG' })).toEqual([
      'platform.initStart',
      'platform.initRuntimeDone',
      'platform.initReport',
      'platform.start',
      'platform.runtimeDone',
      'platform.report',
    ]);
  });

  it('are none at WARN when all goes well, and say what went wrong when it does not', async () => {
    expect(await platformTypes('console.log(1)', { SystemLogLevel: 'WARN' })).toEqual([]);
    const failed = await eventsOf(`throw new RangeError('x')`, { SystemLogLevel: 'WARN' });
    expect(failed.at(-1)).toMatchObject({
      type: 'platform.report',
      record: { status: 'error', errorType: 'RangeError' },
    });
  });
});

describe('the logging configuration', () => {
  it('is told with its defaults, and levels only in JSON', async () => {
    await using test = testLambda();
    const { lambda, call } = test;
    await test.create('', { FunctionName: 'orders', LoggingConfig: { LogFormat: 'JSON' } });
    const { LoggingConfig } = await lambda.GetFunctionConfiguration({ FunctionName: 'orders' }, call());
    expect(LoggingConfig).toEqual({
      LogFormat: 'JSON',
      ApplicationLogLevel: 'INFO',
      SystemLogLevel: 'INFO',
      LogGroup: '/aws/lambda/orders',
    });
    const asText = { FunctionName: 'orders', LoggingConfig: { LogFormat: 'Text' as const } };
    expect((await lambda.UpdateFunctionConfiguration(asText, call())).LoggingConfig).toEqual({
      LogFormat: 'Text',
      LogGroup: '/aws/lambda/orders',
    });
  });

  it('with levels in text is refused', async () => {
    await using test = testLambda();
    await expect(test.create('', { LoggingConfig: { ApplicationLogLevel: 'DEBUG' } })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  it('names the function in the streams of a group that others may share', async () => {
    await using test = testLambda();
    await test.create('export const handler = async () => 1', {
      FunctionName: 'orders',
      LoggingConfig: { LogGroup: 'shop' },
    });
    await test.invoke('orders');
    const { logStreams = [] } = await test.logs.DescribeLogStreams({ logGroupName: 'shop' }, test.call());
    expect(logStreams[0]?.logStreamName).toMatch(/\/orders\[\$LATEST\][0-9a-f]{32}$/);
  });
});
