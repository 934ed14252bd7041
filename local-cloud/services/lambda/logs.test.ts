import { describe, expect, it } from 'vitest';
import { testLambda } from './testing.ts';

type TestLambda = ReturnType<typeof testLambda>;

/** The messages in a function's log group. */
async function messagesOf(lambda: TestLambda, logGroupName: string): Promise<string[]> {
  const { events = [] } = await lambda.logs.FilterLogEvents({ logGroupName }, lambda.call());
  return events.map(({ message }) => message ?? '');
}

const logging = 'export const handler = async ({ text }) => { console.log(text) }';

describe('a function logs', () => {
  it('START, its own lines, END and REPORT to its group', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(logging);
    await lambda.invoke(name, { text: 'hello' });
    const [{ requestId } = { requestId: '' }] = lambda.journal('invocation');
    expect(await messagesOf(lambda, `/aws/lambda/${name}`)).toEqual([
      expect.stringMatching(
        /^INIT_START Runtime Version: nodejs:22\.v1\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}\n/,
      ),
      `START RequestId: ${requestId} Version: $LATEST\n`,
      expect.stringMatching(new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\t${requestId}\tINFO\thello$`)),
      `END RequestId: ${requestId}\n`,
      expect.stringMatching(
        new RegExp(
          `^REPORT RequestId: ${requestId}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 256 MB\tMax Memory Used: \\d+ MB\tInit Duration: [\\d.]+ ms\t\n$`,
        ),
      ),
    ]);
  });

  it('one stream for each environment', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(logging);
    await lambda.invoke(name);
    await lambda.invoke(name);
    lambda.faults.killEnvironments(name);
    await lambda.invoke(name);
    const { logStreams = [] } = await lambda.logs.DescribeLogStreams(
      { logGroupName: `/aws/lambda/${name}` },
      lambda.call(),
    );
    expect(logStreams.map(({ logStreamName }) => logStreamName)).toEqual([
      expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    ]);
  });

  it('to another group when it is configured so', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(logging, { LoggingConfig: { LogGroup: 'orders' } });
    await lambda.invoke(name, { text: 'hello' });
    expect((await messagesOf(lambda, 'orders')).some((message) => message.endsWith('hello'))).toBe(true);
  });

  it('nothing when its role may not, and works all the same', async () => {
    await using lambda = testLambda({ allows: (action) => !action.startsWith('logs:') });
    const name = await lambda.create(
      "export const handler = async () => { console.log('unheard'); return 1 }",
    );
    const { value, log } = await lambda.invoke(name);
    expect(value).toBe(1);
    expect(log).toContain('unheard');
    await expect(messagesOf(lambda, `/aws/lambda/${name}`)).rejects.toThrow(/does not exist/);
  });

  it('again after somebody has deleted its group', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(logging);
    await lambda.invoke(name, { text: 'before' });
    await lambda.logs.DeleteLogGroup({ logGroupName: `/aws/lambda/${name}` }, lambda.call());
    await lambda.invoke(name, { text: 'after' });
    expect((await messagesOf(lambda, `/aws/lambda/${name}`)).join()).toMatch(/\tafter/);
  });
});

describe('console methods', () => {
  it.each([
    ['log', 'INFO'],
    ['info', 'INFO'],
    ['warn', 'WARN'],
    ['error', 'ERROR'],
    ['debug', 'DEBUG'],
    ['trace', 'TRACE'],
  ])('console.%s has the level %s', async (method, level) => {
    await using lambda = testLambda();
    const name = await lambda.create(
      `export const handler = async () => { console.${method}('order %s', 'o-1', { a: 1 }) }`,
    );
    const { log } = await lambda.invoke(name);
    expect(log).toContain(`\t${level}\torder o-1 { a: 1 }\n`);
  });

  it('make one event of many lines', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(logging);
    await lambda.invoke(name, { text: 'one\ntwo\nthree' });
    expect((await messagesOf(lambda, `/aws/lambda/${name}`)).filter((text) => text.includes('two'))).toEqual([
      expect.stringMatching(/\tone\ntwo\nthree$/),
    ]);
  });

  it('write "undefined" for the request id outside of invocations', async () => {
    await using lambda = testLambda();
    const name = await lambda.create("console.log('loading'); export const handler = async () => {}");
    const { log } = await lambda.invoke(name);
    expect(log).toMatch(/INIT_START .*\n\S+Z\tundefined\tINFO\tloading\nSTART /);
  });

  it('leave process.stdout and process.stderr as they are: one event a line', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(
      'export const handler = async () => { process.stdout.write(\'{"a":1}\\n{"b":2}\\n\'); process.stderr.write(\'oops\') }',
    );
    await lambda.invoke(name);
    const messages = await messagesOf(lambda, `/aws/lambda/${name}`);
    for (const expected of ['{"a":1}', '{"b":2}', 'oops']) expect(messages).toContain(expected);
  });
});

describe('the log tail', () => {
  it('is the last 4 KB', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(
      "export const handler = async () => { for (let i = 0; i < 500; i++) console.log('line', i) }",
    );
    const { log } = await lambda.invoke(name);
    expect(Buffer.byteLength(log)).toBe(4096);
    expect(log).toMatch(/line 499\nEND RequestId: .*\nREPORT /);
  });

  it('is not sent unless asked for', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(logging);
    const answer = await lambda.lambda.Invoke({ FunctionName: name }, lambda.call());
    expect(answer.LogResult).toBeUndefined();
  });
});

describe('100 MB of output', () => {
  it.each([
    [
      'in lines',
      "for (let i = 0; i < 1000; i++) process.stdout.write('x'.repeat(99).concat('\\n').repeat(1000))",
    ],
    ['without a line break', "for (let i = 0; i < 1000; i++) process.stdout.write('x'.repeat(100_000))"],
    ['by console.log', "for (let i = 0; i < 1000; i++) console.log('x'.repeat(100_000))"],
  ])('neither stop the function nor fill the memory: %s', async (_what, statement) => {
    await using lambda = testLambda();
    const name = await lambda.create(`export const handler = async () => { ${statement}; return 'done' }`, {
      Timeout: 30,
    });
    const { value, log } = await lambda.invoke(name);
    expect(value).toBe('done');
    expect(log).toMatch(/The local cloud dropped \d+ more characters of output/);
    const kept = lambda.journal('log').reduce((sum, { message }) => sum + message.length, 0);
    expect(kept).toBeLessThan(4_000_000);
  });
});

describe('the journal', () => {
  it('tells of cold start, invocation, log lines and cost', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(logging, { MemorySize: 512 });
    await lambda.invoke(name, { text: 'hello' });
    const [invocation] = lambda.journal('invocation');
    const [start] = lambda.journal('cold-start');
    expect(start).toMatchObject({
      functionName: name,
      environmentId: invocation?.environmentId,
      initMs: invocation?.initMs,
    });
    expect(invocation).toMatchObject({
      functionName: name,
      version: '$LATEST',
      invocationType: 'RequestResponse',
      memoryMb: 512,
    });
    expect(invocation?.billedMs).toBe(Math.ceil((invocation?.durationMs ?? 0) + (invocation?.initMs ?? 0)));
    expect(
      lambda
        .journal('log')
        .map(({ message }) => message)
        .join(),
    ).toContain('hello');
    expect(
      lambda.journal('cost').filter(({ resource }) => resource.endsWith(`:function:${name}`)),
    ).toMatchObject([
      { unit: 'lambda-request', amount: 1 },
      { unit: 'gb-second', amount: ((invocation?.billedMs ?? 0) / 1000) * 0.5 },
    ]);
  });

  it('has the error of an invocation that failed', async () => {
    await using lambda = testLambda();
    const name = await lambda.create("export const handler = async () => { throw new TypeError('no') }");
    await lambda.invoke(name);
    expect(lambda.journal('invocation')).toMatchObject([{ error: 'TypeError' }]);
  });
});
