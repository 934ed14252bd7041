import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { frontDoors } from './front-doors.ts';

const root = join(import.meta.dirname, '..', '..');
const folders: string[] = [];
const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true });
});

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves when standard output and standard error together hold the text. */
  says: (text: string | RegExp) => Promise<string>;
}

function start(script: string, args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, script), ...args], {
    cwd: root,
    env: { ...process.env, INIT_CWD: root, NO_COLOR: '1', AWS_ENDPOINT_URL: '', ...env },
  });
  started.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    child,
    ended,
    says: async (text) => {
      await vi.waitFor(() => expect(stdout + stderr).toMatch(text), { timeout: 30_000 });
      return stdout + stderr;
    },
  };
}

const front = (...args: string[]) => start('checker/workshop/cli.ts', args);
const workshop = (...args: string[]) => front(...args).ended;

/** A copy of the solutions, to be changed. */
function copyOfSolutions(): string {
  const folder = mkdtempSync(join(tmpdir(), 'front-doors-'));
  folders.push(folder);
  cpSync(join(root, 'solutions'), folder, { recursive: true });
  return folder;
}

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`The edit of ${file} changes nothing.`);
  writeFileSync(file, after);
}

const scratchOf = ({ child }: Running) =>
  readdirSync(join(root, '.scratch')).filter((name) => name === `workshop-${child.pid}`);

describe.each(Object.keys(frontDoors))('%s', (command) => {
  it('explains itself with --help, exit 0', async () => {
    const { code, stdout } = await workshop(command, '--help');
    expect(stdout).toContain(`npm run workshop -- ${command} <lab>`);
    expect(code).toBe(0);
  });

  it('refuses an option that it does not have, exit 2', async () => {
    const { code, stderr } = await workshop(command, '07', '--colour');
    expect(stderr).toMatch(/^Unknown option '--colour'/);
    expect(code).toBe(2);
  });

  it('refuses a lab that is not there, with the list of labs, exit 2', async () => {
    const { code, stderr } = await workshop(command, '99');
    expect(stderr).toMatch(/^There is no lab 99\. There are: 01-handler-anatomy, /);
    expect(code).toBe(2);
  });
});

describe('invoke', () => {
  it('prints the result as JSON and nothing else on standard output, the log on standard error, exit 0', async () => {
    const { code, stdout, stderr } = await workshop(
      'invoke',
      '07',
      '-e',
      'events/mixed-batch.json',
      '--source',
      'solutions',
    );
    expect(JSON.parse(stdout)).toEqual({
      batchItemFailures: [
        { itemIdentifier: '0c1f0b6e-5d2a-4c37-9b1e-000000000002' },
        { itemIdentifier: '0c1f0b6e-5d2a-4c37-9b1e-000000000004' },
      ],
    });
    expect(stderr).toMatch(
      /START RequestId: (\S+) .*order not processed.*END RequestId: \1\nREPORT RequestId: \1/s,
    );
    expect(code).toBe(0);
  });

  it("prints AWS's error JSON when the function fails, exit 1", async () => {
    const source = copyOfSolutions();
    edit(join(source, '03-http-api', 'handler.ts'), (text) =>
      text.replace(/(export async function handler[^{]*\{)/, "$1 throw new TypeError('no orders today');"),
    );
    const { code, stdout } = await workshop('invoke', '3', '-e', 'events/get.json', '--source', source);
    expect(JSON.parse(stdout)).toMatchObject({ errorType: 'TypeError', errorMessage: 'no orders today' });
    expect(code).toBe(1);
  });

  it('reads the event from standard input with -e -', async () => {
    const running = front('invoke', '07', '-e', '-', '--source', 'solutions');
    running.child.stdin?.end('{"Records": []}');
    const { code, stdout } = await running.ended;
    expect(JSON.parse(stdout)).toEqual({ batchItemFailures: [] });
    expect(code).toBe(0);
  });

  it('--env sets a variable of the function', async () => {
    const args = ['invoke', '07', '-e', 'events/good-batch.json', '--source', 'solutions'];
    const { stdout } = await workshop(
      ...args,
      '--env',
      'LEDGER_TABLE=not-there',
      '--env',
      'TABLE_NAME=neither',
    );
    expect(JSON.parse(stdout).batchItemFailures).not.toEqual([]);
  });

  it('--trace prints the calls of the function, with the names that the stack gives', async () => {
    const args = ['invoke', '07', '-e', 'events/good-batch.json', '--source', 'solutions'];
    const { stderr } = await workshop(...args, '--trace');
    expect(stderr).toMatch(/cold start {2}Worker/);
    expect(stderr).toMatch(/call {8}dynamodb:PutItem {2}table\/Ledger/);
  });

  it('a function is named by output, file or logical id; another name is refused with the list', async () => {
    const { stdout } = await workshop(
      'invoke',
      '07',
      'worker',
      '--source',
      'solutions',
      '-e',
      'events/good-batch.json',
    );
    expect(JSON.parse(stdout)).toEqual({ batchItemFailures: [] });
    const { code, stderr } = await workshop('invoke', '07', 'producer');
    expect(stderr).toContain('Lab 07 has no function producer.');
    expect(stderr).toContain('FunctionName, worker.ts, worker, Worker');
    expect(code).toBe(2);
  });

  it.each([
    [
      'an event file that is not there',
      ['-e', 'events/none.json'],
      /no event file events\/none\.json.*good-batch\.json/,
    ],
    ['an event that is not JSON', ['-e', 'README.md'], /^The event in README\.md is not JSON/],
    ['a variable without a name', ['--env', '=x'], /^--env =x: write NAME=value/],
    ['a wait without a trace', ['--wait', '3'], /^--wait only matters with --trace/],
  ])('%s: exit 2, and nothing on standard output', async (_, args, message) => {
    const { code, stdout, stderr } = await workshop('invoke', '07', ...args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('a stack that does not synthesize: exit 2, with file and line', async () => {
    const source = copyOfSolutions();
    edit(join(source, '07-sqs-batch', 'stack.ts'), (text) => `${text}\nconst broken = ;\n`);
    const { code, stderr } = await workshop('invoke', '07', '--source', source);
    expect(stderr).toMatch(/stack\.ts:\d+:\d+/);
    expect(code).toBe(2);
  });

  it('Ctrl-C while the function runs: exit 130, and its scratch folder is gone', async () => {
    const source = copyOfSolutions();
    edit(join(source, '03-http-api', 'handler.ts'), (text) =>
      text.replace(
        /(export async function handler[^{]*\{)/,
        "$1 console.log('asleep'); await new Promise((wake) => setTimeout(wake, 9_000));",
      ),
    );
    const running = front('invoke', '3', '-e', 'events/get.json', '--source', source);
    await running.says('START RequestId');
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect({ code, stdout, scratch: scratchOf(running) }).toEqual({ code: 130, stdout: '', scratch: [] });
  });
});

describe('start-api', () => {
  it('a lab without an API is refused by name, exit 2', async () => {
    const { code, stderr } = await workshop('start-api', '07');
    expect(stderr).toContain('Lab 07-sqs-batch has no HTTP API');
    expect(code).toBe(2);
  });

  it('serves the API, deploys it again on a save, keeps the old one when that fails, ends with Ctrl-C', async () => {
    const source = copyOfSolutions();
    const handler = join(source, '03-http-api', 'handler.ts');
    const running = front('start-api', '3', '--port', '0', '--source', source);
    const url = /at (http:\/\/127\.0\.0\.1:\d+)/.exec(await running.says('Ctrl-C stops'))?.[1] ?? '';
    const get = async () => (await fetch(`${url}/api/orders/order-1`)).json();
    expect(await get()).toEqual({ error: 'there is no such order' });
    await running.says(/GET \/api\/orders\/order-1 404/);

    edit(handler, (text) => text.replace('there is no such order', 'nothing of that name'));
    await running.says('deployed again');
    expect(await get()).toEqual({ error: 'nothing of that name' });

    edit(handler, (text) => `${text}\nconst broken = ;\n`);
    await running.says(/not deployed; the version before still answers\..*handler\.ts:\d+/);
    expect(await get()).toEqual({ error: 'nothing of that name' });

    running.child.kill('SIGINT');
    const { code } = await running.ended;
    expect({ code, scratch: scratchOf(running) }).toEqual({ code: 130, scratch: [] });
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('least-privilege', () => {
  it('prints the smallest policy of each role, and what is granted beyond it', async () => {
    const { code, stdout, stderr } = await workshop('least-privilege', '07', '--source', 'solutions');
    const [policy] = Object.values(JSON.parse(stdout)) as { Statement: { Action: string[] }[] }[];
    expect(policy?.Statement.map(({ Action }) => Action)).toEqual([
      ['dynamodb:PutItem'],
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
    ]);
    expect(stderr).toMatch(/- logs:CreateLogGroup on \*: granted by AWSLambdaBasicExecutionRole, never used/);
    expect(code).toBe(0);
  });

  it('says which live checks did not pass, since the policies may lack what they need, exit 1', async () => {
    const source = copyOfSolutions();
    edit(join(source, '07-sqs-batch', 'stack.ts'), (text) =>
      text.replace("ledger.grant(worker, 'dynamodb:PutItem');", ''),
    );
    const { code, stdout, stderr } = await workshop('least-privilege', '07', '--source', source);
    expect(stderr).toMatch(/\d+ live checks? did not pass: [a-z-]+/);
    expect(stderr).toMatch(/! dynamodb:PutItem on table\/Ledger\w+: asked for and denied/);
    expect(stdout).not.toContain('table/Lab-Ledger');
    expect(code).toBe(1);
  });
});

describe('with a running cloud', () => {
  let cloud: Running;
  let url = '';
  const at = (...args: string[]) => start('checker/workshop/cli.ts', args, { AWS_ENDPOINT_URL: url });
  const atCloud = (...args: string[]) => at(...args).ended;
  beforeAll(async () => {
    cloud = start('local-cloud/cli.ts', ['--port', '0']);
    url = /ready (\S+)/.exec(await cloud.says(/ready \S+\n/))?.[1] ?? '';
  });
  afterAll(async () => {
    cloud.child.kill('SIGINT');
    await cloud.ended;
  });

  it('logs and trace of a lab that is not deployed: exit 2, and how to deploy it', async () => {
    for (const command of ['logs', 'trace']) {
      const { code, stderr } = await atCloud(command, '01');
      expect(stderr).toContain('Deploy it: npm run workshop -- deploy 01');
      expect(code).toBe(2);
    }
  });

  it('deploys, invokes over HTTP, logs, traces and destroys', async () => {
    const made = await atCloud('deploy', '03', '--source', 'solutions');
    expect(made.code).toBe(0);
    expect(made.stderr).toMatch(/CREATE_COMPLETE +AWS::Lambda::Function +OrdersApi/);
    const api = /^ApiUrl = (\S+)$/m.exec(made.stdout)?.[1] ?? '';

    const tail = at('logs', '03', '--tail');
    const answer = await fetch(`${api.replace(/\/$/, '')}/api/orders/order-1`);
    expect(answer.status).toBe(404);
    await tail.says('REPORT RequestId');
    tail.child.kill('SIGINT');
    expect((await tail.ended).code).toBe(130);

    const logged = await atCloud('logs', '03', 'OrdersApi', '--filter', 'REPORT');
    expect(logged.stdout.trim().split('\n')).toEqual([expect.stringContaining('REPORT RequestId')]);
    const traced = await atCloud('trace', '03');
    expect(traced.stdout).toMatch(/OrdersApi\w+ \S+ {2}cold start, init [\d.]+ ms\n.*ended after [\d.]+ ms/);

    const again = await atCloud('deploy', '03', '--source', 'solutions');
    expect(again.stderr).toContain('There is nothing to change.');
    expect(again.stdout).toBe(made.stdout);

    const gone = await atCloud('destroy', '03');
    expect(gone.stderr).toContain('lab-03-http-api is deleted.');
    expect((await atCloud('destroy', '03')).stderr).toContain('nothing to delete');
    await expect(fetch(api)).rejects.toThrow();
  });

  it('a stack that CloudFormation rolls back: exit 1 with its reason; the next deploy makes it anew', async () => {
    const source = copyOfSolutions();
    const stack = join(source, '07-sqs-batch', 'stack.ts');
    const good = readFileSync(stack, 'utf8');
    edit(stack, (text) => text.replace('memorySize: 512', 'memorySize: 64'));
    const refused = await atCloud('deploy', '07', '--source', source);
    expect(refused.stderr).toMatch(/CREATE_FAILED +AWS::Lambda::Function.*memorySize/i);
    expect(refused.code).toBe(1);
    writeFileSync(stack, good);
    expect((await atCloud('deploy', '07', '--source', source)).code).toBe(0);
  });
});

describe.each(['deploy', 'destroy', 'logs', 'trace'])('%s', (command) => {
  it('says how to start the cloud when nothing listens, exit 2', async () => {
    const { code, stderr } = await workshop(command, '07', '--endpoint', 'http://127.0.0.1:1');
    expect(stderr).toContain(
      'Nothing listens at http://127.0.0.1:1. Start the cloud in another terminal: npm run cloud',
    );
    expect(code).toBe(2);
  });

  it('refuses an endpoint that is not on this machine, also one from the environment, exit 2', async () => {
    const env = { AWS_ENDPOINT_URL: 'https://lambda.us-east-1.amazonaws.com' };
    const { code, stderr } = await start('checker/workshop/cli.ts', [command, '07'], env).ended;
    expect(stderr).toMatch(/^AWS_ENDPOINT_URL https:.* is not on this machine/);
    expect(code).toBe(2);
  });
});
