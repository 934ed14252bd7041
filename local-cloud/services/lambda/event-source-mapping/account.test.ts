import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, createAccount } from '../../../account.ts';

/** A stack as CDK writes it: a FIFO queue that invokes a function, which processes its orders with Powertools. */
let folder: string;
let account: Account;
let stack: Awaited<ReturnType<typeof synthesize>>;
let outputs: Record<string, string>;

/** An order named `late` fails at first. */
const HANDLER = `
import { processPartialResponseSync, SqsFifoPartialProcessor } from '@aws-lambda-powertools/batch';
const processor = new SqsFifoPartialProcessor();
const processOrder = ({ body, attributes }) => {
  if (body.includes('late') && attributes.ApproximateReceiveCount === '1') throw new Error('not yet');
  console.log('processed ' + body + ' of ' + attributes.MessageGroupId);
};
export const handler = async (event, context) =>
  processPartialResponseSync(event, processOrder, processor, {
    context,
    skipGroupOnError: true,
    throwOnFullBatchFailure: false,
  });
`;

beforeAll(async () => {
  // CDK's own validation of templates costs more than the rest of the synthesis.
  process.env.CDK_VALIDATION = 'false';
  folder = mkdtempSync(join(tmpdir(), 'fifo-'));
  stack = await synthesize();
  account = createAccount({ clock: 'warp' });
  await account.listen();
  ({ outputs } = await account.deploy({ stackName: 'Orders', ...stack }));
}, 60_000);

afterAll(async () => {
  await account?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the mapping has what the stack says', async () => {
  expect(await mapping()).toMatchObject({
    EventSourceArn: outputs.QueueArn,
    BatchSize: 5,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MetricsConfig: { Metrics: ['EventCount'] },
    ProvisionedPollerConfig: { MinimumPollers: 2, MaximumPollers: 4 },
    State: 'Enabled',
  });
});

test('Powertools’ FIFO processor keeps each group in order across a failure, and the mapping counts it', async () => {
  // All at once, so that no batch ends between `a-late` and `a-last`.
  await account.services.sqs.SendMessageBatch(
    {
      QueueUrl: outputs.QueueUrl,
      Entries: ['a-first', 'a-late', 'a-last', 'b-first', 'b-last'].map((order) => ({
        Id: order,
        MessageBody: order,
        MessageGroupId: order[0],
      })),
    },
    account.call(),
  );
  await expect
    .poll(
      async () => {
        await account.cloud.clock.advance(10_000);
        return processed();
      },
      { timeout: 20_000 },
    )
    .toHaveLength(5);
  const ofGroup = (group: string) => processed().filter((order) => order.startsWith(group));
  expect(ofGroup('a')).toEqual(['a-first', 'a-late', 'a-last']);
  expect(ofGroup('b')).toEqual(['b-first', 'b-last']);
  await expect.poll(() => sum('DeletedEventCount')).toBe(5);
  expect(await sum('FailedInvokeEventCount')).toBe(2);
  expect(await sum('PolledEventCount')).toBe(7);
}, 30_000);

test('a stack that no longer names metrics and pollers takes them away', async () => {
  const template = structuredClone(stack.template);
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::Lambda::EventSourceMapping') continue;
    delete Properties.MetricsConfig;
    delete Properties.ProvisionedPollerConfig;
  }
  await account.deploy({ stackName: 'Orders', ...stack, template });
  const after = await mapping();
  expect(after).not.toHaveProperty('MetricsConfig');
  expect(after).not.toHaveProperty('ProvisionedPollerConfig');
  expect(after?.UUID).toBe(outputs.MappingId);
});

async function mapping() {
  const { EventSourceMappings = [] } = await account.services.lambda.ListEventSourceMappings(
    { FunctionName: outputs.FunctionName },
    account.call(),
  );
  return EventSourceMappings[0];
}

/** The orders that the function has processed, in their order. */
function processed(): string[] {
  return account.cloud.journal
    .read()
    .flatMap((entry) => (entry.type === 'log' ? (/processed (\S+) of/.exec(entry.message)?.[1] ?? []) : []));
}

async function sum(MetricName: string): Promise<number> {
  const now = account.cloud.clock.now();
  const { Datapoints = [] } = await account.services.cloudwatch.GetMetricStatistics(
    {
      Namespace: 'AWS/Lambda',
      MetricName,
      Dimensions: [{ Name: 'EventSourceMappingUUID', Value: outputs.MappingId }],
      StartTime: new Date(now - 3_600_000),
      EndTime: new Date(now + 60_000),
      Period: 3600,
      Statistics: ['Sum'],
    },
    account.call(),
  );
  return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
}

async function synthesize() {
  const { App, CfnOutput, Duration, Stack } = await import('aws-cdk-lib');
  const lambda = await import('aws-cdk-lib/aws-lambda');
  const { SqsEventSource } = await import('aws-cdk-lib/aws-lambda-event-sources');
  const { Queue } = await import('aws-cdk-lib/aws-sqs');

  const code = join(folder, 'code');
  mkdirSync(code);
  buildSync({
    stdin: { contents: HANDLER, resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: join(code, 'index.js'),
  });
  const outdir = join(folder, 'out');
  const shop = new Stack(new App({ outdir }), 'Orders');
  const queue = new Queue(shop, 'Queue', {
    fifo: true,
    contentBasedDeduplication: true,
    visibilityTimeout: Duration.seconds(30),
  });
  const worker = new lambda.Function(shop, 'Worker', {
    code: lambda.Code.fromAsset(code),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_22_X,
  });
  const source = new SqsEventSource(queue, {
    batchSize: 5,
    reportBatchItemFailures: true,
    metricsConfig: { metrics: [lambda.MetricType.EVENT_COUNT] },
    provisionedPollerConfig: { minimumPollers: 2, maximumPollers: 4 },
  });
  worker.addEventSource(source);
  const values = {
    FunctionName: worker.functionName,
    QueueArn: queue.queueArn,
    QueueUrl: queue.queueUrl,
    MappingId: source.eventSourceMappingId,
  };
  for (const [name, value] of Object.entries(values)) new CfnOutput(shop, name, { value });
  const assembly = (shop.node.root as InstanceType<typeof App>).synth();
  const { files } = JSON.parse(readFileSync(join(outdir, 'Orders.assets.json'), 'utf8')) as {
    files: Record<string, { source: { path: string; packaging: string } }>;
  };
  return {
    template: assembly.getStackByName('Orders').template as {
      Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
    },
    assets: Object.fromEntries(
      Object.entries(files)
        .filter(
          ([
            ,
            {
              source: { packaging },
            },
          ]) => packaging === 'zip',
        )
        .map(
          ([
            hash,
            {
              source: { path },
            },
          ]) => [`${hash}.zip`, join(outdir, path)],
        ),
    ),
  };
}
