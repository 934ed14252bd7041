import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, createAccount } from '../../account.ts';

/** A bucket as CDK writes it, with everything that a lab may ask of one, on an account with all its services. */
let folder: string;
let template: object;
let assets: Record<string, string>;
let account: Account;

beforeAll(async () => {
  // CDK's own validation of templates costs more than the rest of the synthesis.
  process.env.CDK_VALIDATION = 'false';
  folder = mkdtempSync(join(tmpdir(), 's3-cdk-test-'));
  ({ template, assets } = await synthesize(folder));
  account = createAccount({ clock: 'warp' });
  await account.listen();
});

afterAll(async () => {
  await account.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a bucket of CDK with notifications is deployed, notifies, and goes with the objects in it', async () => {
  const { outputs } = await account.deploy({ stackName: 'Uploads', template, assets });
  const { s3, sqs, lambda, cloudformation } = account.services;
  const { BucketName: Bucket = '', QueueUrl = '' } = outputs;
  // The first message is the test event.
  for (const expected of ['s3:TestEvent', 'ObjectCreated:Put']) {
    const { Messages } = await sqs.ReceiveMessage({ QueueUrl, WaitTimeSeconds: 20 }, account.call());
    const body = JSON.parse(Messages?.[0]?.Body ?? '{}');
    expect(body.Event ?? body.Records[0].eventName).toBe(expected);
    await s3.PutObject({ Bucket, Key: 'uploads/a.ndjson', Body: '{}' }, account.call());
  }
  const configured = await s3.GetBucketNotificationConfiguration({ Bucket }, account.call());
  expect(configured.LambdaFunctionConfigurations).toMatchObject([{ Events: ['s3:ObjectRemoved:*'] }]);
  await cloudformation.DeleteStack({ StackName: 'Uploads' }, account.call());
  await expect.poll(async () => (await lambda.ListFunctions({}, account.call())).Functions).toEqual([]);
  await expect(s3.HeadBucket({ Bucket }, account.call())).rejects.toMatchObject({ name: 'NoSuchBucket' });
});

async function synthesize(outdir: string) {
  const { App, CfnOutput, RemovalPolicy, Stack } = await import('aws-cdk-lib');
  const { BlockPublicAccess, Bucket, BucketEncryption, EventType } = await import('aws-cdk-lib/aws-s3');
  const { LambdaDestination, SqsDestination } = await import('aws-cdk-lib/aws-s3-notifications');
  const { Code, Function: LambdaFunction, Runtime } = await import('aws-cdk-lib/aws-lambda');
  const { Queue } = await import('aws-cdk-lib/aws-sqs');
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Uploads');
  const bucket = new Bucket(stack, 'Bucket', {
    autoDeleteObjects: true,
    removalPolicy: RemovalPolicy.DESTROY,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    versioned: true,
    eventBridgeEnabled: true,
  });
  const queue = new Queue(stack, 'Queue');
  const handler = new LambdaFunction(stack, 'Handler', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
  });
  bucket.addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(queue), { prefix: 'uploads/' });
  bucket.addEventNotification(EventType.OBJECT_REMOVED, new LambdaDestination(handler));
  new CfnOutput(stack, 'BucketName', { value: bucket.bucketName });
  new CfnOutput(stack, 'QueueUrl', { value: queue.queueUrl });
  const assembly = app.synth();
  const manifest = JSON.parse(readFileSync(join(outdir, 'Uploads.assets.json'), 'utf8')) as {
    files: Record<string, { source: { path: string }; destinations: Record<string, { objectKey: string }> }>;
  };
  const assets: Record<string, string> = {};
  for (const { source, destinations } of Object.values(manifest.files)) {
    for (const { objectKey } of Object.values(destinations)) assets[objectKey] = join(outdir, source.path);
  }
  return { template: assembly.getStackByName('Uploads').template as object, assets };
}
