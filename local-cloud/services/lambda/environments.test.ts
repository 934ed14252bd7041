import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testLambda } from './testing.ts';

/** Keeps a count, so that a test can tell one environment from the next. */
const counter = 'let count = 0; export const handler = async () => ({ count: ++count, pid: process.pid })';

interface Counted {
  count: number;
  pid: number;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether a process is there. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** `T` for a process that is stopped, `S` or `R` for one that is not. Linux only. */
const stateOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0];

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400; turn++) {
    if (condition()) return;
    await pause(5);
  }
  throw new Error('It did not happen within two seconds.');
}

describe('an environment is used again', () => {
  it('by the next invocation, one after another', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(counter);
    const counts = [];
    for (let turn = 0; turn < 3; turn++) counts.push(((await lambda.invoke(name)).value as Counted).count);
    expect(counts).toEqual([1, 2, 3]);
    expect(lambda.journal('cold-start')).toHaveLength(1);
  });

  it('never by two invocations at once', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(
      'let count = 0; export const handler = async () => { count++; await new Promise((r) => setTimeout(r, 100)); return count }',
    );
    const answers = await Promise.all([1, 2, 3].map(() => lambda.invoke(name)));
    expect(answers.map(({ value }) => value)).toEqual([1, 1, 1]);
    expect(lambda.journal('cold-start')).toHaveLength(3);
  });

  it('the one used last first', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(
      'export const handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return process.pid }',
    );
    const two = (first: number, second: number) =>
      Promise.all([lambda.invoke(name, { ms: first }), lambda.invoke(name, { ms: second })]);
    // Two environments, with their cold starts behind them: those take as long as they like.
    await two(200, 200);
    const [, slow] = await two(0, 300);
    expect((await lambda.invoke(name, { ms: 0 })).value).toBe(slow?.value);
  });

  it('after a handler has thrown', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(
      'let n = 0; export const handler = async () => { throw new Error(String(++n)) }',
    );
    await lambda.invoke(name);
    expect((await lambda.invoke(name)).value).toMatchObject({ errorMessage: '2' });
  });

  it('not when the configuration has changed', async () => {
    await using lambda = testLambda();
    const name = await lambda.create('export const handler = async () => process.env.MODE');
    expect((await lambda.invoke(name)).value).toBeNull();
    await lambda.lambda.UpdateFunctionConfiguration(
      { FunctionName: name, Environment: { Variables: { MODE: 'new' } } },
      lambda.call(),
    );
    expect((await lambda.invoke(name)).value).toBe('new');
  });

  it('not when the code has changed', async () => {
    await using lambda = testLambda();
    const name = await lambda.create("export const handler = async () => 'old'");
    await lambda.invoke(name);
    const S3Key = lambda.asset({ 'index.mjs': "export const handler = async () => 'new'" });
    await lambda.lambda.UpdateFunctionCode({ FunctionName: name, S3Bucket: 'assets', S3Key }, lambda.call());
    expect((await lambda.invoke(name)).value).toBe('new');
  });

  it('not when it has been idle for ten minutes; that is no reason for time to jump', async () => {
    await using lambda = testLambda({ clock: 'warp' });
    const name = await lambda.create(counter);
    const { pid } = (await lambda.invoke(name)).value as Counted;
    await lambda.cloud.clock.advance(9 * 60_000);
    expect(((await lambda.invoke(name)).value as Counted).count).toBe(2);
    await lambda.cloud.clock.advance(10 * 60_000);
    await until(() => !lives(pid));
    expect(lambda.journal('environment-end')).toMatchObject([{ functionName: name, reason: 'idle' }]);
  });
});

describe('between invocations an environment is frozen', () => {
  it('what was not awaited goes on in the next invocation only', async () => {
    await using lambda = testLambda();
    const source = `let ticks = 0;
      export const handler = async ({ wait }) => {
        if (!wait) { setInterval(() => ticks++, 5); return 0; }
        const before = ticks;
        return before;
      }`;
    const name = await lambda.create(source, { Runtime: 'nodejs24.x' });
    await lambda.invoke(name, { wait: false });
    await pause(300);
    expect((await lambda.invoke(name, { wait: true })).value).toBeLessThanOrEqual(3);
  });

  it.runIf(process.platform === 'linux')('its process is stopped when it has threads', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(`import { Worker } from 'node:worker_threads';
      new Worker('setInterval(() => {}, 1)', { eval: true });
      let count = 0;
      export const handler = async () => ({ pid: process.pid, count: ++count });`);
    const { pid } = (await lambda.invoke(name)).value as Counted;
    await until(() => stateOf(pid) === 'T');
    expect((await lambda.invoke(name)).value).toMatchObject({ pid, count: 2 });
  });

  it('a timer that came due meanwhile goes off before the handler is called', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(`let order = [];
      export const handler = async () => {
        order.push('handler');
        setTimeout(() => order.push('timer'), 1);
        return order;
      }`);
    await lambda.invoke(name);
    await pause(20);
    expect((await lambda.invoke(name)).value).toEqual(['handler', 'timer', 'handler']);
  });

  it('ends when it writes into the channel of its runtime', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(`import { writeSync } from 'node:fs';
      export const handler = async () => { writeSync(3, 'not a message at all'); await new Promise((r) => setTimeout(r, 60_000)); }`);
    expect((await lambda.invoke(name)).value).toMatchObject({ errorType: 'Runtime.ExitError' });
  });
});

describe('a function that does not end', () => {
  it('is stopped at its timeout, in the words of Lambda', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(
      'export const handler = () => new Promise((r) => setTimeout(r, 60_000))',
      { Timeout: 1 },
    );
    const { value, functionError, log } = await lambda.invoke(name);
    const [{ requestId } = { requestId: '' }] = lambda.journal('invocation');
    expect(functionError).toBe('Unhandled');
    expect(value).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after 1.00 seconds`,
    });
    expect(log).toMatch(new RegExp(`Z ${requestId} Task timed out after 1\\.00 seconds\\n`));
    expect(log).toMatch(/Duration: 1000\.00 ms\t.*Status: timeout/);
  });

  it('also when it loops without end', async () => {
    await using lambda = testLambda();
    const name = await lambda.create('export const handler = async () => { for (;;); }', { Timeout: 1 });
    expect((await lambda.invoke(name)).value).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  it('and the next invocation gets a fresh environment', async () => {
    await using lambda = testLambda();
    const source = `let count = 0;
      export const handler = async ({ hang }) => { count++; if (hang) await new Promise((r) => setTimeout(r, 60_000)); return count }`;
    const name = await lambda.create(source, { Timeout: 1 });
    await lambda.invoke(name);
    await lambda.invoke(name, { hang: true });
    expect((await lambda.invoke(name)).value).toBe(1);
    expect(lambda.journal('environment-end')).toMatchObject([{ reason: 'timeout' }]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-invoke-with-errors
  it.each([
    ['runs out of time', 'await new Promise((resolve) => setTimeout(resolve, 60_000))'],
    ['crashes', 'process.exit(1)'],
  ])('leaves its temporary files to the next environment when it %s', async (_what, ending) => {
    await using lambda = testLambda();
    const source = `import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
      import { tmpdir } from 'node:os';
      const folder = tmpdir() + '/orders';
      export const handler = async ({ fail }) => {
        if (!fail) return existsSync(folder) ? readFileSync(folder + '/1.txt', 'utf8') : 'nothing';
        mkdirSync(folder);
        writeFileSync(folder + '/1.txt', 'kept');
        ${ending};
      }`;
    const name = await lambda.create(source, { Timeout: 1 });
    expect((await lambda.invoke(name)).value).toBe('nothing');
    await lambda.invoke(name, { fail: true });
    expect((await lambda.invoke(name)).value).toBe('kept');
  });

  it('leaves nothing to new code', async () => {
    await using lambda = testLambda();
    const source = `import { readdirSync, writeFileSync } from 'node:fs';
      import { tmpdir } from 'node:os';
      export const handler = async ({ fail }) => {
        if (!fail) return readdirSync(tmpdir());
        writeFileSync(tmpdir() + '/1.txt', 'kept');
        process.exit(1);
      }`;
    const FunctionName = await lambda.create(source);
    await lambda.invoke(FunctionName, { fail: true });
    await lambda.lambda.UpdateFunctionConfiguration({ FunctionName, Description: 'new' }, lambda.call());
    expect((await lambda.invoke(FunctionName)).value).toEqual([]);
  });
});

describe('a function that takes too long to load', () => {
  it('is loaded once more, within its timeout', async () => {
    await using lambda = testLambda({ initLimitMs: 300 });
    const name = await lambda.create('for (;;); export const handler = async () => 1', { Timeout: 1 });
    const { value, functionError } = await lambda.invoke(name);
    expect(functionError).toBe('Unhandled');
    expect(value).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('Task timed out after 1.00 seconds'),
    });
    expect(lambda.journal('log').map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: timeout\n$/),
    );
  });

  it('and works when it loads then', async () => {
    await using lambda = testLambda({ initLimitMs: 300 });
    const source = `await new Promise((resolve) => setTimeout(resolve, 600)); export const handler = async () => 'loaded'`;
    const name = await lambda.create(source, { Timeout: 10 });
    expect((await lambda.invoke(name)).value).toBe('loaded');
  });
});

describe('a function that ends its process', () => {
  it.each([
    ['process.exit(0)', 'Runtime exited without providing a reason'],
    ['process.exit(1)', 'Runtime exited with error: exit status 1'],
    ["process.kill(process.pid, 'SIGKILL')", 'Runtime exited with error: signal: killed'],
  ])('%s', async (statement, message) => {
    await using lambda = testLambda();
    const name = await lambda.create(
      `export const handler = async () => { ${statement}; await new Promise((r) => setTimeout(r, 9999)) }`,
    );
    const { value, functionError, log } = await lambda.invoke(name);
    const [{ requestId } = { requestId: '' }] = lambda.journal('invocation');
    expect(functionError).toBe('Unhandled');
    expect(value).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: ${message}`,
    });
    expect(log).toContain(`RequestId: ${requestId} Error: ${message}\nRuntime.ExitError\n`);
  });

  it('by taking more memory than it has', async () => {
    await using lambda = testLambda();
    const source =
      'export const handler = async () => { const all = []; for (;;) all.push(new Array(1000).fill({})) }';
    const name = await lambda.create(source, { MemorySize: 128, Timeout: 60 });
    const { value, log } = await lambda.invoke(name);
    expect(value).toEqual({
      errorType: 'Runtime.OutOfMemory',
      errorMessage: expect.stringContaining('Runtime exited with error: signal: killed'),
    });
    expect(log).toContain('Max Memory Used: 128 MB');
  });

  it('by taking longer than it may: the report says what memory it had until then', async () => {
    await using lambda = testLambda();
    const name = await lambda.create('export const handler = () => new Promise((r) => setTimeout(r, 9e4))', {
      Timeout: 1,
    });
    const { log } = await lambda.invoke(name);
    expect(log).toMatch(/\tMax Memory Used: [1-9]\d+ MB\t.*Status: timeout\t\n$/);
  });
});

describe('what a function finds around it', () => {
  it("is Lambda's variables, its own and nothing of this process", async () => {
    process.env.SECRET_OF_THE_ACCOUNT = 'yes';
    await using lambda = testLambda();
    const name = await lambda.create('export const handler = async () => process.env', {
      Environment: { Variables: { TABLE_NAME: 'orders' } },
    });
    const { value } = await lambda.invoke(name);
    expect(value).toMatchObject({
      TABLE_NAME: 'orders',
      _HANDLER: 'index.handler',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: expect.stringContaining('[$LATEST]'),
      AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
      LAMBDA_TASK_ROOT: expect.stringMatching(/^\//),
      LAMBDA_RUNTIME_DIR: expect.stringMatching(/^\//),
      AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
      _X_AMZN_TRACE_ID: expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=[0-9a-f]{8}:0$/,
      ),
      TZ: ':UTC',
      PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
      SHLVL: '0',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    });
    expect(
      Object.keys(value as object).filter((key) => /SECRET_OF|VITEST|^npm_|_LOCAL_CLOUD/.test(key)),
    ).toEqual([]);
  });

  it('is credentials of its role, which end with the environment', async () => {
    await using lambda = testLambda();
    const name = await lambda.create('export const handler = async () => process.env.AWS_ACCESS_KEY_ID');
    const key = (await lambda.invoke(name)).value as string;
    expect(lambda.credentials.sessionOf(key)?.principal.arn).toBe(
      `arn:aws:sts::123456789012:assumed-role/worker/${name}`,
    );
    lambda.faults.killEnvironments(name);
    await until(() => lambda.credentials.sessionOf(key) === undefined);
  });

  it('is a folder for temporary files, and no other to write to', async () => {
    await using lambda = testLambda();
    const source = `import { writeFileSync, readFileSync } from 'node:fs';
      import { tmpdir } from 'node:os';
      const attempt = (path) => { try { writeFileSync(path, 'x'); return readFileSync(path, 'utf8') } catch (error) { return error.code } };
      export const handler = async () => [attempt(tmpdir() + '/x'), attempt(process.cwd() + '/x'), attempt(process.env.LAMBDA_TASK_ROOT + '/../x')]`;
    const name = await lambda.create(source);
    expect((await lambda.invoke(name)).value).toEqual(['x', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED']);
  });

  it('is no way to start processes, not even by NODE_OPTIONS', async () => {
    await using lambda = testLambda();
    const source = `import { execFileSync } from 'node:child_process';
      export const handler = async () => { try { return execFileSync('/bin/echo', ['hi']).toString() } catch (error) { return error.code } }`;
    const name = await lambda.create(source, {
      Environment: { Variables: { NODE_OPTIONS: '--allow-child-process --enable-source-maps' } },
    });
    expect((await lambda.invoke(name)).value).toBe('ERR_ACCESS_DENIED');
  });

  it("is the account's time, however Date is used", async () => {
    await using lambda = testLambda({ clock: 'warp' });
    const source = `class Later extends Date {}
      const fromImport = Date.now();
      export const handler = async () => ({ now: Date.now(), made: +new Date(), text: +new Date(Date()), sub: +new Later(),
        instance: new Date() instanceof Date && new Later() instanceof Date, own: new Date().constructor === Date,
        fixed: new Date(0).toISOString(), parsed: Date.parse('1970-01-02'), utc: Date.UTC(1970, 0, 2) })`;
    const name = await lambda.create(source);
    await lambda.cloud.clock.advance(400 * 24 * 3600_000);
    const before = lambda.cloud.clock.now();
    const { value } = await lambda.invoke(name);
    const times = value as Record<string, unknown>;
    for (const key of ['now', 'made', 'sub'])
      expect(Math.abs((times[key] as number) - before)).toBeLessThan(5000);
    expect(Math.abs((times.text as number) - before)).toBeLessThan(6000);
    expect(times).toMatchObject({
      instance: true,
      own: true,
      fixed: '1970-01-01T00:00:00.000Z',
      parsed: 86_400_000,
      utc: 86_400_000,
    });
  });

  it('is set to the time of each invocation', async () => {
    await using lambda = testLambda({ clock: 'warp' });
    const name = await lambda.create('export const handler = async () => Date.now()');
    const first = (await lambda.invoke(name)).value as number;
    await lambda.cloud.clock.advance(60_000);
    const second = (await lambda.invoke(name)).value as number;
    expect(second - first).toBeGreaterThanOrEqual(60_000);
    expect(second - first).toBeLessThan(70_000);
  });
});

describe('environments end', () => {
  it('with the account, frozen or busy, and nothing is left', async () => {
    const pids: number[] = [];
    let scratch = '';
    {
      await using lambda = testLambda();
      scratch = lambda.cloud.scratch;
      const name = await lambda.create(counter);
      pids.push(((await lambda.invoke(name)).value as Counted).pid);
      const looping = await lambda.create('export const handler = async () => { for (;;); }', {
        Timeout: 60,
      });
      void lambda.invoke(looping).catch(() => {});
      await until(() => lambda.journal('cold-start').length === 2);
    }
    for (const pid of pids) expect(lives(pid)).toBe(false);
    expect(existsSync(scratch)).toBe(false);
  });

  it('when the account is killed and cannot stop them', async () => {
    const folder = testLambda();
    const script = join(folder.cloud.scratch, 'account.mts');
    writeFileSync(
      script,
      `import { testLambda } from ${JSON.stringify(join(import.meta.dirname, 'testing.ts'))};
       const lambda = testLambda();
       const name = await lambda.create(${JSON.stringify(counter)});
       console.log(((await lambda.invoke(name)).value).pid);
       setInterval(() => {}, 1000);`,
    );
    const account = spawn(process.execPath, ['--import', 'tsx', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: process.cwd(),
    });
    const pid = await new Promise<number>((resolve) => {
      account.stdout.once('data', (text) => resolve(Number(text)));
    });
    expect(lives(pid)).toBe(true);
    account.kill('SIGKILL');
    await until(() => !lives(pid));
    await folder[Symbol.asyncDispose]();
  });

  it('by a fault, in the middle of an invocation', async () => {
    await using lambda = testLambda();
    const name = await lambda.create(
      'export const handler = () => new Promise((r) => setTimeout(r, 60_000))',
      { Timeout: 60 },
    );
    const invocation = lambda.invoke(name);
    await until(() => lambda.journal('cold-start').length === 1);
    lambda.faults.killEnvironments(name);
    expect((await invocation).value).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(lambda.journal('environment-end')).toMatchObject([{ functionName: name, reason: 'fault' }]);
  });
});

describe('time', () => {
  it('does not jump while an environment works', async () => {
    await using lambda = testLambda({ clock: 'warp' });
    const name = await lambda.create('export const handler = () => new Promise((r) => setTimeout(r, 200))');
    const { clock } = lambda.cloud;
    const order: string[] = [];
    const invocation = lambda.invoke(name).then(() => order.push('answer'));
    const waiting = clock.advance(3600_000).then(() => order.push('an hour later'));
    await Promise.all([invocation, waiting]);
    expect(order).toEqual(['answer', 'an hour later']);
  });
});
