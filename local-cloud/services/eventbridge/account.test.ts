import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateArchiveCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  InvalidEventPatternException,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  ResourceNotFoundException,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, createAccount } from '../../account.ts';

/** A stack with a bus, a rule, a function and queues as CDK writes it, on an account with all its real services. */
let folder: string;
let account: Account;
let client: EventBridgeClient;
let outputs: Record<string, string>;
let template: Template;
let assets: Record<string, string>;

interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

beforeAll(async () => {
  // CDK's own validation of templates costs more than the rest of the synthesis.
  process.env.CDK_VALIDATION = 'false';
  folder = mkdtempSync(join(tmpdir(), 'eventbridge-'));
  writeFileSync(join(folder, 'index.mjs'), 'export const handler = async (event) => event;');
  ({ template, assets } = await synthesize(join(folder, 'out')));
  account = createAccount({ clock: 'warp' });
  const endpoint = await account.listen();
  client = new EventBridgeClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  ({ outputs } = await account.deploy({ stackName: 'Shop', template, assets }));
});

afterAll(async () => {
  client.destroy();
  await account.close();
  rmSync(folder, { recursive: true, force: true });
});

async function publish(detail: object) {
  return client.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: outputs.BusName,
          Source: 'shop.orders',
          DetailType: 'Order Created',
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );
}

/** The messages that a queue gets within so many seconds of cloud time. */
async function receive(QueueUrl: string | undefined, seconds = 1) {
  const { Messages = [] } = await account.services.sqs.ReceiveMessage(
    { QueueUrl, WaitTimeSeconds: seconds, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] },
    account.call(),
  );
  for (const { ReceiptHandle } of Messages) {
    await account.services.sqs.DeleteMessage({ QueueUrl, ReceiptHandle }, account.call());
  }
  return Messages;
}

describe('the SDK’s client', () => {
  it('describes what a stack has made', async () => {
    const bus = await client.send(new DescribeEventBusCommand({ Name: outputs.BusName }));
    expect(bus).toMatchObject({ Arn: outputs.BusArn, CreationTime: expect.any(Date) });
    const rule = await client.send(
      new DescribeRuleCommand({ EventBusName: outputs.BusName, Name: ruleName() }),
    );
    expect(rule).toMatchObject({ Arn: outputs.RuleArn, State: 'ENABLED', EventBusName: outputs.BusName });
    const { Targets } = await client.send(
      new ListTargetsByRuleCommand({ EventBusName: outputs.BusName, Rule: ruleName() }),
    );
    expect(Targets).toMatchObject([
      {
        Arn: outputs.FunctionArn,
        DeadLetterConfig: { Arn: outputs.DeadLettersArn },
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 3 },
      },
      { Arn: outputs.CopiesArn, InputPath: '$.detail' },
    ]);
  });

  it('publishes events, of which the rule takes those that it asks for', async () => {
    expect(await publish({ orderId: 'o-1', totalCents: 12_000 })).toMatchObject({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) }],
    });
    await publish({ orderId: 'o-2', totalCents: 500 });
    const bodies = (await receive(outputs.CopiesUrl)).map(({ Body = '' }) => JSON.parse(Body));
    expect(bodies).toEqual([{ orderId: 'o-1', totalCents: 12_000 }]);
  });

  it('gets AWS’s errors as their classes', async () => {
    await expect(client.send(new DescribeEventBusCommand({ Name: 'nope' }))).rejects.toThrow(
      ResourceNotFoundException,
    );
    const wrong = client.send(new PutRuleCommand({ Name: 'wrong', EventPattern: '{"source": "shop"}' }));
    await expect(wrong).rejects.toThrow(InvalidEventPatternException);
    await expect(wrong).rejects.toThrow(
      'Event pattern is not valid. Reason: "source" must be an object or an array\n at [Source: (String)"{"source": "shop"}"; line: 1, column: 13]',
    );
  });

  it('tests a pattern', async () => {
    const Event = JSON.stringify({
      id: '1',
      account: '123456789012',
      source: 'shop.orders',
      time: '2026-01-01T00:00:00Z',
      region: 'us-east-1',
      'detail-type': 'Order Created',
    });
    const { Result } = await client.send(
      new TestEventPatternCommand({ Event, EventPattern: '{"source": [{"prefix": "shop."}]}' }),
    );
    expect(Result).toBe(true);
  });

  it('is told by name what is not supported', async () => {
    await expect(
      client.send(new CreateArchiveCommand({ ArchiveName: 'a', EventSourceArn: outputs.BusArn })),
    ).rejects.toThrow(/CreateArchive/);
  });
});

describe('a function as a target', () => {
  it('that does not let the rule invoke it: the event goes to the dead-letter queue of the target', async () => {
    const { lambda } = account.services;
    const { Policy = '' } = await lambda.GetPolicy({ FunctionName: outputs.FunctionArn }, account.call());
    for (const { Sid } of (JSON.parse(Policy) as { Statement: { Sid: string }[] }).Statement) {
      await lambda.RemovePermission({ FunctionName: outputs.FunctionArn, StatementId: Sid }, account.call());
    }
    await receive(outputs.DeadLettersUrl);
    const { Entries: [entry] = [] } = await publish({ orderId: 'o-3', totalCents: 12_000 });
    const [message, ...others] = await receive(outputs.DeadLettersUrl, 20);
    expect(others).toEqual([]);
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ id: entry?.EventId, detail: { orderId: 'o-3' } });
    expect(message?.MessageAttributes).toEqual({
      RULE_ARN: { DataType: 'String', StringValue: outputs.RuleArn },
      TARGET_ARN: { DataType: 'String', StringValue: outputs.FunctionArn },
      ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' },
      ERROR_MESSAGE: {
        DataType: 'String',
        StringValue: expect.stringContaining('is not authorized to perform: lambda:InvokeFunction'),
      },
      RETRY_ATTEMPTS: { DataType: 'String', StringValue: '0' },
    });
  });
});

describe('a stack', () => {
  it('changes a rule and its targets in place', async () => {
    const changed = structuredClone(template);
    for (const { Type, Properties } of Object.values(changed.Resources)) {
      if (Type !== 'AWS::Events::Rule') continue;
      Properties.EventPattern = { source: ['shop.billing'] };
      Properties.Targets = (Properties.Targets as unknown[]).slice(0, 1);
    }
    const after = await account.deploy({ stackName: 'Shop', template: changed, assets });
    expect(after.outputs).toEqual(outputs);
    const names = { EventBusName: outputs.BusName };
    const rule = await client.send(new DescribeRuleCommand({ ...names, Name: ruleName() }));
    expect(JSON.parse(rule.EventPattern ?? '')).toEqual({ source: ['shop.billing'] });
    const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ ...names, Rule: ruleName() }));
    expect(Targets.length).toBe(1);
  });

  it('takes everything with it when it is deleted', async () => {
    await account.services.cloudformation.DeleteStack({ StackName: 'Shop' }, account.call());
    await expect
      .poll(async () => (await account.services.eventbridge.ListEventBuses({}, account.call())).EventBuses)
      .toMatchObject([{ Name: 'default' }]);
  });
});

function ruleName(): string {
  const arn = outputs.RuleArn ?? '';
  return arn.slice(arn.lastIndexOf('/') + 1);
}

async function synthesize(outdir: string) {
  const { App, CfnOutput, Duration, Stack } = await import('aws-cdk-lib');
  const { EventBus, Match, Rule, RuleTargetInput } = await import('aws-cdk-lib/aws-events');
  const { LambdaFunction, SqsQueue } = await import('aws-cdk-lib/aws-events-targets');
  const lambda = await import('aws-cdk-lib/aws-lambda');
  const { AccountPrincipal, PolicyStatement } = await import('aws-cdk-lib/aws-iam');
  const { Queue } = await import('aws-cdk-lib/aws-sqs');

  const app = new App({ outdir });
  const stack = new Stack(app, 'Shop');
  const bus = new EventBus(stack, 'Bus', { description: 'Orders' });
  bus.addToResourcePolicy(
    new PolicyStatement({
      sid: 'partner',
      actions: ['events:PutEvents'],
      principals: [new AccountPrincipal('111122223333')],
      resources: [bus.eventBusArn],
    }),
  );
  const deadLetters = new Queue(stack, 'DeadLetters');
  const copies = new Queue(stack, 'Copies');
  const consumer = new lambda.Function(stack, 'Consumer', {
    code: lambda.Code.fromAsset(folder, { exclude: ['out'] }),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_22_X,
  });
  const rule = new Rule(stack, 'Large', {
    eventBus: bus,
    eventPattern: {
      source: ['shop.orders'],
      detailType: ['Order Created'],
      detail: { totalCents: Match.greaterThanOrEqual(10_000) },
    },
    targets: [
      new LambdaFunction(consumer, {
        deadLetterQueue: deadLetters,
        retryAttempts: 3,
        maxEventAge: Duration.hours(1),
      }),
      new SqsQueue(copies, { message: RuleTargetInput.fromEventPath('$.detail') }),
    ],
  });
  const values = {
    BusName: bus.eventBusName,
    BusArn: bus.eventBusArn,
    RuleArn: rule.ruleArn,
    FunctionArn: consumer.functionArn,
    DeadLettersArn: deadLetters.queueArn,
    DeadLettersUrl: deadLetters.queueUrl,
    CopiesArn: copies.queueArn,
    CopiesUrl: copies.queueUrl,
  };
  for (const [name, value] of Object.entries(values)) new CfnOutput(stack, name, { value });
  app.synth();

  const files = (
    JSON.parse(readFileSync(join(outdir, 'Shop.assets.json'), 'utf8')) as {
      files: Record<string, { source: { path: string; packaging: string } }>;
    }
  ).files;
  const folders = Object.entries(files)
    .filter(([, { source }]) => source.packaging === 'zip')
    .map(([hash, { source }]) => [`${hash}.zip`, join(outdir, source.path)]);
  return {
    template: JSON.parse(readFileSync(join(outdir, 'Shop.template.json'), 'utf8')) as Template,
    assets: Object.fromEntries(folders) as Record<string, string>,
  };
}
