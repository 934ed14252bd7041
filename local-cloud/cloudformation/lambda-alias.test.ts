import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, createAccount } from '../account.ts';

/** A CDK stack whose HTTP API and queue call an alias of the current version, with provisioned concurrency. */
let folder: string;
let account: Account;
let client: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};

beforeAll(async () => {
  // CDK's own validation of templates costs more than the rest of the synthesis.
  process.env.CDK_VALIDATION = 'false';
  folder = mkdtempSync(join(tmpdir(), 'alias-test-'));
  account = createAccount({ clock: 'warp' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = { endpoint: await account.listen(), region: 'us-east-1', credentials };
});

afterAll(async () => {
  await account.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a stack with an alias of the current version', () => {
  it('answers HTTP requests and messages from environments that were initialised ahead', async () => {
    const { outputs, resources } = await deploy('first');
    expect(Object.values(resources).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['AWS::Lambda::Version', 'AWS::Lambda::Alias']),
    );
    expect(await (await fetch(`${outputs.Url}/orders`)).json()).toEqual({
      release: 'first',
      startedAs: 'provisioned-concurrency',
      version: '1',
      invoked: `${outputs.FunctionArn}:live`,
    });

    await new SQSClient(client).send(
      new SendMessageCommand({ QueueUrl: outputs.QueueUrl ?? '', MessageBody: 'order' }),
    );
    await expect
      .poll(
        () =>
          account.cloud.journal
            .read()
            .filter(
              (entry) => entry.type === 'invocation' && entry.invocationType === 'event-source-mapping',
            ),
        { timeout: 10_000 },
      )
      .toEqual([expect.objectContaining({ version: '1' })]);
    expect(account.cloud.journal.read().filter(({ type }) => type === 'cold-start')).toEqual([]);
  });

  it('moves to a new version with new code, and the old one is gone', async () => {
    const { outputs } = await deploy('second');
    expect(await (await fetch(`${outputs.Url}/orders`)).json()).toMatchObject({
      release: 'second',
      startedAs: 'provisioned-concurrency',
      version: '2',
    });
    const { Versions = [] } = await account.services.lambda.ListVersionsByFunction(
      { FunctionName: outputs.FunctionArn },
      account.call(),
    );
    expect(Versions.map(({ Version }) => Version)).toEqual(['$LATEST', '2']);
  });

  it('answers the SDK over the wire by alias', async () => {
    const { outputs } = await deploy('second');
    const { ExecutedVersion, Payload } = await new LambdaClient(client).send(
      new InvokeCommand({ FunctionName: outputs.FunctionArn, Qualifier: 'live', Payload: '{}' }),
    );
    expect(ExecutedVersion).toBe('2');
    expect(JSON.parse(new TextDecoder().decode(Payload))).toMatchObject({ release: 'second' });
  });

  it('leaves no process behind when it is deleted', async () => {
    await account.services.cloudformation.DeleteStack({ StackName: 'Shop' }, account.call());
    await expect
      .poll(async () => (await account.services.lambda.ListFunctions({}, account.call())).Functions)
      .toEqual([]);
    const ended = account.cloud.journal.read().filter(({ type }) => type === 'environment-end');
    expect(ended.length).toBeGreaterThan(0);
  });
});

/** Synthesizes the stack with a handler of this release, and deploys it. */
async function deploy(release: string) {
  const outdir = join(folder, `out-${release}`);
  const code = mkdtempSync(join(folder, 'code-'));
  writeFileSync(
    join(code, 'index.mjs'),
    `const startedAs = process.env.AWS_LAMBDA_INITIALIZATION_TYPE;
    export const handler = async (event, { functionVersion, invokedFunctionArn }) => ({
      release: '${release}', startedAs, version: functionVersion, invoked: invokedFunctionArn,
    });`,
  );
  await synthesize(code, outdir);
  const template = JSON.parse(readFileSync(join(outdir, 'Shop.template.json'), 'utf8'));
  const published = JSON.parse(readFileSync(join(outdir, 'Shop.assets.json'), 'utf8'));
  const files: Record<string, { source: { path: string; packaging: string } }> = published.files;
  const assets = Object.fromEntries(
    Object.entries(files)
      .filter(([, { source }]) => source.packaging === 'zip')
      .map(([hash, { source }]) => [`${hash}.zip`, join(outdir, source.path)]),
  );
  return account.deploy({ stackName: 'Shop', template, assets });
}

async function synthesize(code: string, outdir: string): Promise<void> {
  const { App, CfnOutput, Stack } = await import('aws-cdk-lib');
  const { HttpApi, HttpMethod } = await import('aws-cdk-lib/aws-apigatewayv2');
  const { HttpLambdaIntegration } = await import('aws-cdk-lib/aws-apigatewayv2-integrations');
  const { Alias, Code, Function: LambdaFunction, Runtime } = await import('aws-cdk-lib/aws-lambda');
  const { SqsEventSource } = await import('aws-cdk-lib/aws-lambda-event-sources');
  const { Queue } = await import('aws-cdk-lib/aws-sqs');

  const app = new App({ outdir });
  const stack = new Stack(app, 'Shop');
  const orders = new LambdaFunction(stack, 'Orders', {
    code: Code.fromAsset(code),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_22_X,
  });
  const live = new Alias(stack, 'Live', {
    aliasName: 'live',
    version: orders.currentVersion,
    provisionedConcurrentExecutions: 2,
  });
  const queue = new Queue(stack, 'Queue');
  live.addEventSource(new SqsEventSource(queue));
  const api = new HttpApi(stack, 'Api');
  api.addRoutes({
    path: '/orders',
    methods: [HttpMethod.GET],
    integration: new HttpLambdaIntegration('Orders', live),
  });
  new CfnOutput(stack, 'Url', { value: api.apiEndpoint });
  new CfnOutput(stack, 'QueueUrl', { value: queue.queueUrl });
  new CfnOutput(stack, 'FunctionArn', { value: orders.functionArn });
  app.synth();
}
