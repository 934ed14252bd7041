import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSynthesizer, type Synthesizer } from './synth.ts';

const checkout = join(import.meta.dirname, '..', '..');
let scratch: string;
let synthesizer: Synthesizer;
let number = 0;

beforeAll(async () => {
  await mkdir(join(checkout, '.scratch'), { recursive: true });
  scratch = await mkdtemp(join(checkout, '.scratch', 'synth-'));
  synthesizer = await createSynthesizer(scratch, { timeLimitMs: 3000 });
});
afterAll(async () => {
  await synthesizer.close();
  await rm(scratch, { recursive: true, force: true });
});

/** Synthesizes a lab that consists of these files. */
async function synthesize(files: Readonly<Record<string, string>>) {
  const folder = join(scratch, `lab-${number++}`);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return synthesizer.synthesize(folder);
}

const stackWith = (body: string, imports = '') => `
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
${imports}
export class LabStack extends Stack {
  constructor(scope: any, id: string) {
    super(scope, id);
    ${body}
  }
}`;
const withFunction = `import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';`;

it('a stack becomes a template', async () => {
  const { template, inputs } = await synthesize({ 'stack.ts': stackWith(`new Queue(this, 'Q')`) });
  expect(Object.values(template.Resources as object)).toContainEqual(
    expect.objectContaining({ Type: 'AWS::SQS::Queue' }),
  );
  expect(inputs).toEqual(['stack.ts']);
});

it('bundling is recorded with its options, not done', async () => {
  const body = `new NodejsFunction(this, 'W', { entry: join(import.meta.dirname, 'worker.ts'), runtime: Runtime.NODEJS_22_X, bundling: { minify: true, define: { STAGE: '"x"' } } })`;
  const { template, bundles } = await synthesize({
    'stack.ts': stackWith(body, withFunction),
    'worker.ts': 'syntax error (',
  });
  expect(bundles).toEqual([
    expect.objectContaining({
      entry: expect.stringMatching(/worker\.ts$/),
      args: expect.arrayContaining(['--minify', '--define:STAGE="x"', '--external:@aws-sdk/*']),
      refused: [],
    }),
  ]);
  expect(JSON.stringify(template)).toContain(bundles[0]?.assetKey);
});

it('files of a stack may lie in folders, each with its own import.meta', async () => {
  const { inputs, bundles } = await synthesize({
    'stack.ts': stackWith('worker(this)', `import { worker } from './lib/worker.ts';`),
    'lib/worker.ts': `${withFunction}
import { join } from 'node:path';
export const worker = (scope: any) => new NodejsFunction(scope, 'W', { entry: join(import.meta.dirname, 'code.ts'), runtime: Runtime.NODEJS_22_X });`,
    'lib/code.ts': 'export const handler = () => {}',
  });
  expect([...inputs].sort()).toEqual(['lib/worker.ts', 'stack.ts']);
  expect(bundles[0]?.entry).toMatch(/lib\/code\.ts$/);
});

it('options that need a shell are recorded by name', async () => {
  const body = `new NodejsFunction(this, 'W', { entry: join(import.meta.dirname, 'worker.ts'), runtime: Runtime.NODEJS_22_X, bundling: { commandHooks: { beforeBundling: () => ['id'], beforeInstall: () => [], afterBundling: () => [] } } })`;
  const { bundles } = await synthesize({ 'stack.ts': stackWith(body, withFunction), 'worker.ts': '' });
  expect(bundles[0]?.refused).toEqual(['commandHooks']);
});

it.each<[string, Record<string, string>, RegExp]>([
  ['no stack.ts', { 'worker.ts': '' }, /stack\.ts is missing/],
  ['a syntax error', { 'stack.ts': 'export class {' }, /^stack\.ts:1:14: Expected identifier/],
  [
    'a file that is not there',
    { 'stack.ts': `import './lib/nothing.ts'` },
    /stack\.ts:1:8: Could not resolve "\.\/lib\/nothing\.ts"/,
  ],
  ['no LabStack', { 'stack.ts': 'export const a = 1' }, /does not export a class LabStack/],
  ['another class', { 'stack.ts': 'export class LabStack {}' }, /does not extend Stack/],
  [
    'an error at import',
    { 'stack.ts': `throw new Error('at import')` },
    /does not synthesize: at import\n {2}at stack\.ts:1:7/,
  ],
  [
    'an error in the stack',
    { 'stack.ts': stackWith(`throw new Error('in the stack')`) },
    /in the stack\n {2}at stack\.ts:9:11/,
  ],
  [
    'two constructs of one id',
    { 'stack.ts': stackWith(`new Queue(this, 'Q'); new Queue(this, 'Q')`) },
    /already a Construct with name 'Q'/,
  ],
  ['process.exit', { 'stack.ts': 'process.exit(0)' }, /ended the process \(process\.exit\)/],
  ['process.exit with a code', { 'stack.ts': 'process.exit(3)' }, /exit code 3/],
  ['an endless loop at import', { 'stack.ts': 'while (true) {}' }, /did not end within 3 s/],
  [
    'a promise that never ends',
    { 'stack.ts': 'await new Promise(() => {}); setInterval(() => {}, 1000);' },
    /did not end|ended the process/,
  ],
  [
    '100 MB of output',
    {
      'stack.ts': `for (let i = 0; i < 1600; i++) console.log('x'.repeat(65536)); throw new Error('after it')`,
    },
    /after it/,
  ],
  [
    'an error that nobody catches',
    {
      'stack.ts': `${stackWith('')}; setTimeout(() => { throw new Error('later') }, 0); while (Date.now() % 50 !== 0); await new Promise((r) => setTimeout(r, 100));`,
    },
    /exit code 1:[\s\S]*later/,
  ],
  [
    'a process started',
    { 'stack.ts': `import { execSync } from 'node:child_process'; execSync('id')` },
    /cannot start processes/,
  ],
  [
    'a file written elsewhere',
    { 'stack.ts': `import { writeFileSync } from 'node:fs'; writeFileSync('/tmp/stack-was-here', '')` },
    /cannot start processes or write outside/,
  ],
])('%s ends in one clear message', async (_, files, message) => {
  await expect(synthesize(files)).rejects.toMatchObject({
    blame: 'learner',
    message: expect.stringMatching(message),
  });
});

it('is ended by a signal', async () => {
  const stop = new AbortController();
  const folder = join(scratch, `lab-${number++}`);
  await mkdir(folder);
  await writeFile(join(folder, 'stack.ts'), 'while (true) {}');
  const run = synthesizer.synthesize(folder, stop.signal);
  setTimeout(() => stop.abort(new Error('stopped')), 100);
  await expect(run).rejects.toThrow('stopped');
});
