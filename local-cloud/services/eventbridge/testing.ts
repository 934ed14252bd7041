import type { PutEventsRequestEntry, Target } from '@aws-sdk/client-eventbridge';
import type { CloudOptions } from '../../cloud.ts';
import { createFaults } from '../../faults.ts';
import { guard } from '../../guard.ts';
import { createAccess } from '../../iam/evaluate.ts';
import type { Call } from '../../service.ts';
import { testCall, testCloud } from '../../testing.ts';
import { createIam } from '../iam/index.ts';
import { createSqs } from '../sqs/index.ts';
import { createEventBridge } from './index.ts';

/** What a function was sent. */
interface Invocation {
  functionArn: string;
  payload: unknown;
  call: Call;
  at: number;
}

/** A message as a queue holds it. */
interface Received {
  body: string;
  attributes: Record<string, string | undefined>;
  groupId?: string;
}

/** EventBridge and SQS, guarded, with functions that only keep what they are sent. */
export function testEventBridge(options: CloudOptions = {}) {
  const cloud = testCloud({ endpoint: () => 'http://127.0.0.1:4566', ...options });
  const faults = createFaults(cloud.clock);
  const guards = { cloud, faults, access: createAccess(cloud, createIam(cloud)), enforceIam: true };
  const sqs = guard(createSqs(cloud), guards);
  const invocations: Invocation[] = [];
  /** What each invocation fails with, first to last; none fails when empty. */
  const failures: Error[] = [];
  const service = createEventBridge(cloud, {
    sqs,
    async invokeAsync(functionArn, payload, call) {
      invocations.push({
        functionArn,
        payload: JSON.parse(Buffer.from(payload).toString()),
        call,
        at: cloud.clock.now(),
      });
      const failure = failures.shift();
      if (failure) throw failure;
    },
  });
  const events = guard(service, guards);
  const call = (overrides: Partial<Call> = {}) => testCall(cloud, overrides);
  const arn = (queue: string) => `arn:aws:sqs:us-east-1:123456789012:${queue}`;
  const urlOf = (queue: string) => `http://127.0.0.1:4566/123456789012/${queue}`;

  return {
    cloud,
    faults,
    entryFaults: service.faults,
    publish: service.publish,
    events,
    sqs,
    call,
    invocations,
    failures,
    arn,
    functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:notifier',

    /** A queue into which rules may send, unless `allowed` is false. */
    async createQueue(
      name: string,
      { allowed = true, ...attributes }: Record<string, string | boolean> = {},
    ) {
      const statement = {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn(name),
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:events:us-east-1:123456789012:rule/*' } },
      };
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      await sqs.CreateQueue(
        {
          QueueName: name,
          Attributes: { ...(attributes as Record<string, string>), ...(allowed && { Policy }) },
        },
        call(),
      );
      return arn(name);
    },

    /** A rule for all events of `shop.orders`, or for those of a pattern, with these targets. */
    async createRule(
      targets: Partial<Target>[],
      {
        Name = 'orders',
        EventBusName,
        pattern = { source: ['shop.orders'] },
      }: { Name?: string; EventBusName?: string; pattern?: object } = {},
    ) {
      const { RuleArn = '' } = await events.PutRule(
        { Name, EventBusName, EventPattern: JSON.stringify(pattern) },
        call(),
      );
      const Targets = targets.map((target, index) => ({ Id: `target-${index}`, Arn: '', ...target }));
      await events.PutTargets({ Rule: Name, EventBusName, Targets }, call());
      return RuleArn;
    },

    /** Publishes one event and lets what follows at once happen. */
    async put(detail: object | string = { orderId: 'o-1' }, others: Partial<PutEventsRequestEntry> = {}) {
      const entry = {
        Source: 'shop.orders',
        DetailType: 'Order Created',
        Detail: typeof detail === 'string' ? detail : JSON.stringify(detail),
        ...others,
      };
      const { Entries = [] } = await events.PutEvents({ Entries: [entry] }, call());
      await settled();
      return Entries[0] ?? {};
    },

    /** All messages of a queue; they are gone from it afterwards. */
    async messages(queue: string): Promise<Received[]> {
      await settled();
      const { Messages = [] } = await sqs.ReceiveMessage(
        {
          QueueUrl: urlOf(queue),
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        },
        call(),
      );
      for (const { ReceiptHandle } of Messages)
        await sqs.DeleteMessage({ QueueUrl: urlOf(queue), ReceiptHandle }, call());
      return Messages.map(({ Body = '', MessageAttributes = {}, Attributes }) => ({
        body: Body,
        attributes: Object.fromEntries(
          Object.entries(MessageAttributes).map(([name, { StringValue, DataType }]) => [
            name,
            DataType === 'String' ? StringValue : `${DataType}: ${StringValue}`,
          ]),
        ),
        ...(Attributes?.MessageGroupId && { groupId: Attributes.MessageGroupId }),
      }));
    },
    /** The trace header of each message of a queue. */
    async traceHeaders(queue: string): Promise<(string | undefined)[]> {
      await settled();
      const { Messages = [] } = await sqs.ReceiveMessage(
        { QueueUrl: urlOf(queue), MessageSystemAttributeNames: ['AWSTraceHeader'] },
        call(),
      );
      return Messages.map(({ Attributes }) => Attributes?.AWSTraceHeader);
    },
    [Symbol.dispose]: () => cloud[Symbol.dispose](),
  };
}

/** Lets deliveries that need no time end. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}
