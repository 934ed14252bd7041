import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { build } from 'esbuild';
import { type Account, createAccount } from '../local-cloud/account.ts';
import { durationRow, type Row, timesOf } from './measure.ts';

const RUNS = 15;
const WARM_INVOCATIONS = 200;

/** Cold start against node importing the same bundle; warm invocations in process and through the wire. */
export async function lambdaRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-lambda-'));
  const account = createAccount();
  try {
    const code = join(folder, 'code');
    await bundleHandler(code);
    const url = await account.listen();
    account.assets.register('bench.zip', code);
    await makeRole(account);
    const cold = await coldStarts(account);
    const floor = await floorOf(folder);
    const name = await makeFunction(account);
    const inProcess = await timesOf(WARM_INVOCATIONS, () =>
      Promise.resolve(
        account.services.lambda.Invoke({ FunctionName: name, Payload: Buffer.from('{}') }, account.call()),
      ),
    );
    const client = new LambdaClient({
      endpoint: url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    });
    const wire = await timesOf(WARM_INVOCATIONS, () =>
      client.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from('{}') })),
    );
    return [
      durationRow('cold start', cold, { floor, floorName: 'node importing the same bundle', ratio: 1.3 }),
      durationRow('warm invocation, in process', inProcess, { budgetMs: 1.5 }),
      durationRow('warm invocation, through the wire', wire, { budgetMs: 3 }),
    ];
  } finally {
    await account.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A handler with one SDK client, bundled as NodejsFunction does: the SDK comes from the runtime. */
async function bundleHandler(folder: string): Promise<void> {
  await build({
    stdin: {
      contents: `import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
        export const client = new DynamoDBClient();
        export const handler = async () => 'ok';`,
      resolveDir: import.meta.dirname,
    },
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    external: ['@aws-sdk/*'],
  });
}

/** How fast it can be at best: a new node process that imports the bundle and ends. */
async function floorOf(folder: string): Promise<number[]> {
  const place = join(folder, 'floor');
  mkdirSync(place);
  cpSync(join(folder, 'code', 'index.mjs'), join(place, 'index.mjs'));
  symlinkSync(join(import.meta.dirname, '..', 'node_modules'), join(place, 'node_modules'));
  const env = {
    ...process.env,
    AWS_REGION: 'us-east-1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  return timesOf(RUNS, () => promisify(execFile)(process.execPath, [join(place, 'index.mjs')], { env }));
}

async function coldStarts(account: Account): Promise<number[]> {
  return timesOf(RUNS, async () => {
    const name = await makeFunction(account);
    await account.services.lambda.Invoke({ FunctionName: name, Payload: Buffer.from('{}') }, account.call());
  });
}

let functions = 0;

async function makeFunction(account: Account): Promise<string> {
  const FunctionName = `bench-${++functions}`;
  await account.services.lambda.CreateFunction(
    {
      FunctionName,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${account.cloud.accountId}:role/bench`,
      // At 1,769 MB a function has one whole vCPU, so that no duration is scaled.
      MemorySize: 1769,
      Code: { S3Bucket: 'assets', S3Key: 'bench.zip' },
    },
    account.call(),
  );
  return FunctionName;
}

async function makeRole(account: Account): Promise<void> {
  await account.services.iam.CreateRole(
    {
      RoleName: 'bench',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      }),
    },
    account.call(),
  );
}
