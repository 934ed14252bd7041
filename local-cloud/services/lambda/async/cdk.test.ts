import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetFunctionEventInvokeConfigCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, createAccount } from '../../../account.ts';

/** A function that fails when it is told to, with everything that CDK can say of its asynchronous invocations. */
let folder: string;
let account: Account;
let client: LambdaClient;
let outputs: Record<string, string>;
let template: Template;
let assets: Record<string, string>;

interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

const HANDLER = `export const handler = async (event) => {
  const detail = event.detail ?? (event.Records ? { fails: event.Records[0].s3.object.key === 'fails' } : event);
  if (detail.fails) throw new Error('Out of stock');
  return { orderId: detail.orderId };
};`;

beforeAll(async () => {
  // CDK's own validation of templates costs more than the rest of the synthesis.
  process.env.CDK_VALIDATION = 'false';
  folder = mkdtempSync(join(tmpdir(), 'async-cdk-test-'));
  ({ template, assets } = await synthesize(join(folder, 'out')));
  account = createAccount({ clock: 'warp' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new LambdaClient({ endpoint: await account.listen(), region: 'us-east-1', credentials });
  ({ outputs } = await account.deploy({ stackName: 'Orders', template, assets }));
});

afterAll(async () => {
  client.destroy();
  await account.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a queue gets within so many seconds of cloud time. */
async function receive(QueueUrl: string | undefined, seconds: number) {
  await account.cloud.clock.advance(seconds * 1000);
  const { Messages = [] } = await account.services.sqs.ReceiveMessage(
    { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] },
    account.call(),
  );
  for (const { ReceiptHandle } of Messages) {
    await account.services.sqs.DeleteMessage({ QueueUrl, ReceiptHandle }, account.call());
  }
  return Messages;
}

/** Invokes the function over the wire and gives the answer. */
function invoke(event: object) {
  return client.send(
    new InvokeCommand({
      FunctionName: outputs.FunctionName,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(event)),
    }),
  );
}

function invocations(after: number) {
  return account.cloud.journal
    .read(after)
    .flatMap((entry) =>
      entry.type === 'invocation' && entry.functionName === outputs.FunctionName ? [entry] : [],
    );
}

/** Of a metric of the function within the last hour. */
async function sum(MetricName: string): Promise<number> {
  const now = account.cloud.clock.now();
  const { Datapoints = [] } = await account.services.cloudwatch.GetMetricStatistics(
    {
      Namespace: 'AWS/Lambda',
      MetricName,
      Dimensions: [{ Name: 'FunctionName', Value: outputs.FunctionName }],
      StartTime: new Date(now - 6 * 3_600_000),
      EndTime: new Date(now + 60_000),
      Period: 3600,
      Statistics: ['Sum'],
    },
    account.call(),
  );
  return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
}

test('the SDK invokes it and is answered at once, with nothing but status 202', async () => {
  const { $metadata, ...answer } = await invoke({ orderId: 'o-1' });
  expect($metadata.httpStatusCode).toBe(202);
  expect(answer).toMatchObject({ StatusCode: 202 });
  expect(answer.Payload ?? []).toHaveLength(0);
});

test('onSuccess gets a record of an event that was processed', async () => {
  await receive(outputs.ProcessedUrl, 30);
  await invoke({ orderId: 'o-2' });
  const records = (await receive(outputs.ProcessedUrl, 30)).map(({ Body = '' }) => JSON.parse(Body));
  expect(records).toMatchObject([
    {
      'detail-type': 'Lambda Function Invocation Result - Success',
      detail: { requestPayload: { orderId: 'o-2' }, responsePayload: { orderId: 'o-2' } },
    },
  ]);
});

test('onFailure and the dead-letter queue get an event that failed once more after its first attempt', async () => {
  const before = account.cloud.journal.lastSeq;
  await invoke({ fails: true });
  const records = (await receive(outputs.FailedUrl, 600)).map(({ Body = '' }) => JSON.parse(Body));
  expect(records).toMatchObject([
    {
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
      responsePayload: { errorMessage: 'Out of stock' },
    },
  ]);
  expect(await receive(outputs.DeadLettersUrl, 30)).toMatchObject([
    { Body: '{"fails":true}', MessageAttributes: { ErrorMessage: { StringValue: 'Out of stock' } } },
  ]);
  expect(invocations(before)).toHaveLength(2);
});

test('an event of a rule is tried again by Lambda, not by EventBridge', async () => {
  const before = account.cloud.journal.lastSeq;
  await account.services.eventbridge.PutEvents(
    { Entries: [{ Source: 'shop.orders', DetailType: 'Order Created', Detail: '{"fails":true}' }] },
    account.call(),
  );
  const [record] = (await receive(outputs.FailedUrl, 600)).map(({ Body = '' }) => JSON.parse(Body));
  expect(record.requestPayload).toMatchObject({ source: 'shop.orders', detail: { fails: true } });
  expect(invocations(before)).toHaveLength(2);
  expect(await receive(outputs.RuleDeadLettersUrl, 600)).toEqual([]);
});

test('a notification of S3 is tried again by Lambda, not by S3', async () => {
  const before = account.cloud.journal.lastSeq;
  await account.services.s3.PutObject(
    { Bucket: outputs.BucketName, Key: 'fails', Body: '{}' },
    account.call(),
  );
  const [record] = (await receive(outputs.FailedUrl, 600)).map(({ Body = '' }) => JSON.parse(Body));
  expect(record.requestPayload.Records).toMatchObject([
    { eventSource: 'aws:s3', s3: { object: { key: 'fails' } } },
  ]);
  expect(invocations(before)).toHaveLength(2);
});

test('a function passes its answers on to another one, and its failures to a bucket', async () => {
  const before = account.cloud.journal.lastSeq;
  for (const event of [{ orderId: 'o-4' }, { fails: true }]) {
    const Payload = Buffer.from(JSON.stringify(event));
    const { lambda } = account.services;
    await lambda.Invoke(
      { FunctionName: outputs.CheckerName, InvocationType: 'Event', Payload },
      account.call(),
    );
  }
  const processed = (await receive(outputs.ProcessedUrl, 30)).map(({ Body = '' }) => JSON.parse(Body).detail);
  expect(processed.map(({ requestContext }) => requestContext.functionArn)).toContainEqual(
    expect.stringContaining(outputs.FunctionName ?? ''),
  );
  expect(invocations(before)).toHaveLength(1);
  const { Contents } = await account.services.s3.ListObjectsV2(
    { Bucket: outputs.ArchiveName },
    account.call(),
  );
  expect(Contents).toMatchObject([
    { Key: expect.stringContaining(`aws/lambda/async/${outputs.CheckerName}/`) },
  ]);
});

test('a stack says what becomes of loops', async () => {
  const read = () =>
    account.services.lambda.GetFunctionRecursionConfig({ FunctionName: outputs.CheckerName }, account.call());
  expect(await read()).toEqual({ RecursiveLoop: 'Allow' });
  const changed = structuredClone(template);
  for (const { Properties } of Object.values(changed.Resources)) delete Properties?.RecursiveLoop;
  await account.deploy({ stackName: 'Orders', template: changed, assets });
  expect(await read()).toEqual({ RecursiveLoop: 'Terminate' });
});

test('CloudWatch counts the events that came in, those that were dropped, and what could not be sent on', async () => {
  const names = [
    'AsyncEventsReceived',
    'AsyncEventsDropped',
    'DeadLetterErrors',
    'DestinationDeliveryFailures',
  ];
  const counts = () => Promise.all(names.map((name) => sum(name)));
  const before = await counts();
  await account.services.sqs.DeleteQueue({ QueueUrl: outputs.DeadLettersUrl }, account.call());
  await invoke({ fails: true });
  await invoke({ orderId: 'o-3' });
  await receive(outputs.FailedUrl, 600);
  const after = await counts();
  expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([2, 1, 1, 0]);
  // One of the three attempts came a minute late.
  expect(await sum('AsyncEventAge')).toBeGreaterThanOrEqual(60_000);
});

test('an update changes the settings in place', async () => {
  const read = new GetFunctionEventInvokeConfigCommand({ FunctionName: outputs.FunctionName });
  expect(await client.send(read)).toMatchObject({ MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 3600 });
  const changed = structuredClone(template);
  for (const { Type, Properties } of Object.values(changed.Resources)) {
    if (Type === 'AWS::Lambda::EventInvokeConfig') Properties.MaximumRetryAttempts = 0;
  }
  const after = await account.deploy({ stackName: 'Orders', template: changed, assets });
  expect(after.outputs).toEqual(outputs);
  expect(await client.send(read)).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 3600 });
});

test('a stack without the settings takes them away', async () => {
  const changed = structuredClone(template);
  for (const [id, { Type }] of Object.entries(changed.Resources)) {
    if (Type === 'AWS::Lambda::EventInvokeConfig') delete changed.Resources[id];
  }
  await account.deploy({ stackName: 'Orders', template: changed, assets });
  const read = new GetFunctionEventInvokeConfigCommand({ FunctionName: outputs.FunctionName });
  await expect(client.send(read)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

async function synthesize(outdir: string) {
  const { App, CfnOutput, Duration, Stack } = await import('aws-cdk-lib');
  const { EventBus, Rule } = await import('aws-cdk-lib/aws-events');
  const targets = await import('aws-cdk-lib/aws-events-targets');
  const { Code, Function: LambdaFunction, RecursiveLoop, Runtime } = await import('aws-cdk-lib/aws-lambda');
  const destinations = await import('aws-cdk-lib/aws-lambda-destinations');
  const { Bucket, EventType } = await import('aws-cdk-lib/aws-s3');
  const { LambdaDestination } = await import('aws-cdk-lib/aws-s3-notifications');
  const { Queue } = await import('aws-cdk-lib/aws-sqs');

  const code = join(folder, 'code');
  mkdirSync(code);
  writeFileSync(join(code, 'index.mjs'), HANDLER);
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Orders');
  const failed = new Queue(stack, 'Failed');
  const deadLetters = new Queue(stack, 'DeadLetters');
  const processed = new Queue(stack, 'Processed');
  const ruleDeadLetters = new Queue(stack, 'RuleDeadLetters');
  const bus = EventBus.fromEventBusName(stack, 'Bus', 'default');
  const worker = new LambdaFunction(stack, 'Worker', {
    code: Code.fromAsset(code),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_22_X,
    onSuccess: new destinations.EventBridgeDestination(bus),
    onFailure: new destinations.SqsDestination(failed),
    deadLetterQueue: deadLetters,
    retryAttempts: 1,
    maxEventAge: Duration.hours(1),
  });
  const archive = new Bucket(stack, 'Archive');
  const checker = new LambdaFunction(stack, 'Checker', {
    code: Code.fromAsset(code),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_22_X,
    onSuccess: new destinations.LambdaDestination(worker, { responseOnly: true }),
    onFailure: new destinations.S3Destination(archive),
    retryAttempts: 0,
    recursiveLoop: RecursiveLoop.ALLOW,
  });
  new Rule(stack, 'Orders', {
    eventPattern: { source: ['shop.orders'] },
    targets: [new targets.LambdaFunction(worker, { deadLetterQueue: ruleDeadLetters })],
  });
  new Rule(stack, 'Results', {
    eventPattern: { source: ['lambda'] },
    targets: [new targets.SqsQueue(processed)],
  });
  const bucket = new Bucket(stack, 'Uploads');
  bucket.addEventNotification(EventType.OBJECT_CREATED, new LambdaDestination(worker));
  const values = {
    FunctionName: worker.functionName,
    CheckerName: checker.functionName,
    ArchiveName: archive.bucketName,
    BucketName: bucket.bucketName,
    FailedUrl: failed.queueUrl,
    DeadLettersUrl: deadLetters.queueUrl,
    ProcessedUrl: processed.queueUrl,
    RuleDeadLettersUrl: ruleDeadLetters.queueUrl,
  };
  for (const [name, value] of Object.entries(values)) new CfnOutput(stack, name, { value });
  app.synth();

  const { files } = JSON.parse(readFileSync(join(outdir, 'Orders.assets.json'), 'utf8')) as {
    files: Record<string, { source: { path: string; packaging: string } }>;
  };
  const folders = Object.entries(files)
    .filter(([, { source }]) => source.packaging === 'zip')
    .map(([hash, { source }]) => [`${hash}.zip`, join(outdir, source.path)]);
  return {
    template: JSON.parse(readFileSync(join(outdir, 'Orders.template.json'), 'utf8')) as Template,
    assets: Object.fromEntries(folders) as Record<string, string>,
  };
}
