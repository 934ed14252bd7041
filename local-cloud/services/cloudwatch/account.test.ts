import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutCompositeAlarmCommand,
  PutMetricDataCommand,
  ResourceNotFound,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, createAccount } from '../../account.ts';

/** A stack with a function, a queue, its dead-letter queue and alarms as CDK writes it, on an account with all services. */
let folder: string;
let account: Account;
let client: CloudWatchClient;
let outputs: Record<string, string>;

const HANDLER = `
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
const metrics = new Metrics({ namespace: 'OrderService', serviceName: 'orders' });
export const handler = async ({ fail }) => {
  metrics.addMetric(fail ? 'FailedEvents' : 'ProcessedEvents', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
  if (fail) throw new Error('no');
  return 'done';
};
`;

beforeAll(async () => {
  // CDK's own validation of templates costs more than the rest of the synthesis.
  process.env.CDK_VALIDATION = 'false';
  folder = mkdtempSync(join(tmpdir(), 'cloudwatch-'));
  const { template, assets } = await synthesize();
  account = createAccount({ clock: 'warp' });
  const endpoint = await account.listen();
  client = new CloudWatchClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  ({ outputs } = await account.deploy({ stackName: 'Shop', template, assets }));
}, 60_000);

afterAll(async () => {
  client?.destroy();
  await account?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function alarm(name: string | undefined) {
  const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [name ?? ''] }));
  return MetricAlarms[0];
}

const minutes = (count: number) => account.cloud.clock.advance(count * 60_000);

/** Waits, in cloud time, until an alarm is in a state; gives up after ten minutes. */
async function until(name: string | undefined, state: string) {
  for (let minute = 0; minute < 10 && (await alarm(name))?.StateValue !== state; minute++) await minutes(1);
  return (await alarm(name))?.StateValue;
}

const invoke = (fail: boolean) =>
  account.services.lambda.Invoke(
    { FunctionName: outputs.FunctionName, Payload: Buffer.from(JSON.stringify({ fail })) },
    account.call(),
  );

async function sum(Namespace: string, MetricName: string, dimensions: Record<string, string>) {
  const now = account.cloud.clock.now();
  const { Datapoints = [] } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(now - 3_600_000),
      EndTime: new Date(now + 60_000),
      Period: 3600,
      Statistics: ['Sum'],
    }),
  );
  return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
}

test('the alarm of a dead-letter queue goes off after a message lands there, and back when it is gone', async () => {
  const { sqs } = account.services;
  const { QueueUrl, DeadLettersUrl } = outputs;
  await sqs.SendMessage({ QueueUrl, MessageBody: 'poison' }, account.call());
  await sqs.ReceiveMessage({ QueueUrl, VisibilityTimeout: 0 }, account.call());
  await sqs.ReceiveMessage({ QueueUrl }, account.call());
  expect(await until(outputs.DeadLettersAlarm, 'ALARM')).toBe('ALARM');
  const { Messages = [] } = await sqs.ReceiveMessage({ QueueUrl: DeadLettersUrl }, account.call());
  await sqs.DeleteMessage(
    { QueueUrl: DeadLettersUrl, ReceiptHandle: Messages[0]?.ReceiptHandle },
    account.call(),
  );
  expect(await until(outputs.DeadLettersAlarm, 'OK')).toBe('OK');
});

test('a function’s embedded metrics, written by Powertools, become metrics and set off an alarm', async () => {
  await invoke(false);
  await invoke(true);
  expect(await until(outputs.FailuresAlarm, 'ALARM')).toBe('ALARM');
  expect(await sum('OrderService', 'ProcessedEvents', { service: 'orders' })).toBe(1);
  expect(await sum('OrderService', 'FailedEvents', { service: 'orders' })).toBe(1);
  const { Metrics = [] } = await client.send(new ListMetricsCommand({ Namespace: 'OrderService' }));
  expect(Metrics.map(({ MetricName }) => MetricName).sort()).toEqual(['FailedEvents', 'ProcessedEvents']);
});

test('Lambda counts invocations and errors', async () => {
  const FunctionName = outputs.FunctionName ?? '';
  const before = await Promise.all(
    ['Invocations', 'Errors'].map((name) => sum('AWS/Lambda', name, { FunctionName })),
  );
  await invoke(true);
  await invoke(false);
  const after = await Promise.all(
    ['Invocations', 'Errors'].map((name) => sum('AWS/Lambda', name, { FunctionName })),
  );
  expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([2, 1]);
  expect(await until(outputs.ErrorsAlarm, 'ALARM')).toBe('ALARM');
});

test('SQS counts what goes in and out', async () => {
  const QueueName = (outputs.QueueUrl ?? '').split('/').at(-1) ?? '';
  const before = await sum('AWS/SQS', 'NumberOfMessagesSent', { QueueName });
  const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: Id }));
  await account.services.sqs.SendMessageBatch({ QueueUrl: outputs.QueueUrl, Entries }, account.call());
  expect((await sum('AWS/SQS', 'NumberOfMessagesSent', { QueueName })) - before).toBe(2);
});

test('a metric filter of the stack counts log events', async () => {
  await invoke(true);
  expect(await sum('Shop', 'ErrorLines', {})).toBeGreaterThan(0);
});

test('the SDK’s client puts data and gets AWS’s errors', async () => {
  await client.send(
    new PutMetricDataCommand({ Namespace: 'Wire', MetricData: [{ MetricName: 'Orders', Value: 3 }] }),
  );
  expect(await sum('Wire', 'Orders', {})).toBe(3);
  const unknown = new SetAlarmStateCommand({ AlarmName: 'unknown', StateValue: 'OK', StateReason: 'x' });
  await expect(client.send(unknown)).rejects.toBeInstanceOf(ResourceNotFound);
  const tooLarge = { MetricName: 'Orders', Value: 2 ** 361 };
  await expect(
    client.send(new PutMetricDataCommand({ Namespace: 'Wire', MetricData: [tooLarge] })),
  ).rejects.toThrow(/for parameter MetricData\.member\.1\.Value is invalid/);
});

test('composite alarms are refused by name', async () => {
  const composite = new PutCompositeAlarmCommand({ AlarmName: 'all', AlarmRule: 'ALARM(a)' });
  await expect(client.send(composite)).rejects.toThrow('PutCompositeAlarm');
});

test('an idle account with alarms passes six hours of cloud time in one jump', async () => {
  const begin = account.cloud.clock.now();
  await minutes(360);
  expect(account.cloud.clock.now() - begin).toBeGreaterThanOrEqual(360 * 60_000);
});

async function synthesize() {
  const { App, CfnOutput, Duration, Stack } = await import('aws-cdk-lib');
  const { ComparisonOperator, Metric, TreatMissingData } = await import('aws-cdk-lib/aws-cloudwatch');
  const lambda = await import('aws-cdk-lib/aws-lambda');
  const { FilterPattern, LogGroup, MetricFilter } = await import('aws-cdk-lib/aws-logs');
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
  const app = new App({ outdir });
  const stack = new Stack(app, 'Shop');
  const logGroup = new LogGroup(stack, 'Logs');
  const worker = new lambda.Function(stack, 'Worker', {
    code: lambda.Code.fromAsset(code),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_22_X,
    logGroup,
  });
  new MetricFilter(stack, 'ErrorLines', {
    logGroup,
    metricNamespace: 'Shop',
    metricName: 'ErrorLines',
    filterPattern: FilterPattern.anyTerm('ERROR', 'Error'),
  });
  const deadLetters = new Queue(stack, 'DeadLetters');
  const queue = new Queue(stack, 'Queue', { deadLetterQueue: { queue: deadLetters, maxReceiveCount: 1 } });
  const atLeastOne = {
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  };
  const period = Duration.minutes(1);
  const deadLettersAlarm = deadLetters
    .metricApproximateNumberOfMessagesVisible({ period, statistic: 'max' })
    .createAlarm(stack, 'DeadLettersFilled', atLeastOne);
  const errorsAlarm = worker.metricErrors({ period }).createAlarm(stack, 'WorkerFails', atLeastOne);
  const failuresAlarm = new Metric({
    namespace: 'OrderService',
    metricName: 'FailedEvents',
    dimensionsMap: { service: 'orders' },
    statistic: 'Sum',
    period,
  }).createAlarm(stack, 'OrdersFail', atLeastOne);
  const values = {
    FunctionName: worker.functionName,
    QueueUrl: queue.queueUrl,
    DeadLettersUrl: deadLetters.queueUrl,
    DeadLettersAlarm: deadLettersAlarm.alarmName,
    ErrorsAlarm: errorsAlarm.alarmName,
    FailuresAlarm: failuresAlarm.alarmName,
  };
  for (const [name, value] of Object.entries(values)) new CfnOutput(stack, name, { value });
  app.synth();
  const read = (name: string) => JSON.parse(readFileSync(join(outdir, name), 'utf8'));
  const { files } = read('Shop.assets.json') as {
    files: Record<string, { source: { path: string; packaging: string } }>;
  };
  return {
    template: read('Shop.template.json') as object,
    assets: Object.fromEntries(
      Object.entries(files)
        .filter(([, { source }]) => source.packaging === 'zip')
        .map(([hash, { source }]) => [`${hash}.zip`, join(outdir, source.path)]),
    ),
  };
}
