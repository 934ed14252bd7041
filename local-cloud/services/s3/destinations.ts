import { AwsError } from '../../errors.ts';
import { servicePrincipal } from '../../iam/credentials.ts';
import { requestIds } from '../../protocols/rest-xml.ts';
import type { Call, Cloud, Guarded } from '../../service.ts';
import type { LambdaOperations } from '../lambda/index.ts';
import type { SqsOperations } from '../sqs/index.ts';
import type { Bucket } from './buckets.ts';
import {
  type BusEvent,
  busEvent,
  createSequencer,
  type Emit,
  eventMessage,
  type ObjectEvent,
  type StampedEvent,
} from './events.ts';
import { concerns, type Notification, readNotifications } from './notification-configuration.ts';

/** Where notifications go: through the same guarded operations as everybody's calls. */
export interface NotificationDependencies {
  lambda: Pick<Guarded<LambdaOperations>, 'Invoke'>;
  sqs: Pick<Guarded<SqsOperations>, 'SendMessage'>;
  /** Publishes an event of an AWS service on EventBridge's default bus. */
  publish(event: BusEvent): void;
}

export type Destinations = ReturnType<typeof createDestinations>;

/** Usually S3 notifies in seconds. https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html */
const DELAY_MS = 100;

/** At least once: what cannot be delivered for the moment is tried again. AWS does not say how often. */
const MOST_ATTEMPTS = 10;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** Delivers what happens to objects to queues, functions and EventBridge. */
export function createDestinations(cloud: Cloud, { lambda, sqs, publish }: NotificationDependencies) {
  const { clock } = cloud;
  const nextSequencer = createSequencer(cloud);

  /** S3 itself calls; the destination's policy sees the bucket it calls for. */
  const callFor = (bucket: Bucket, traceHeader?: string): Call => ({
    principal: servicePrincipal(cloud, 's3.amazonaws.com', bucket.arn),
    requestId: cloud.uuid(),
    signal: new AbortController().signal,
    background: true,
    ...(traceHeader && { traceHeader }),
  });

  function queueUrlOf(arn: string): string {
    return `${cloud.endpoint()}/${cloud.accountId}/${arn.slice(arn.lastIndexOf(':') + 1)}`;
  }

  async function send({ kind, arn }: Notification, message: object, event: StampedEvent): Promise<void> {
    const { bucket, call } = event;
    const body = JSON.stringify(message);
    if (kind === 'queue') {
      await sqs.SendMessage(
        { QueueUrl: queueUrlOf(arn), MessageBody: body },
        callFor(bucket, call.traceHeader),
      );
    } else {
      const input = { FunctionName: arn, InvocationType: 'Event', Payload: Buffer.from(body) } as const;
      await lambda.Invoke(input, callFor(bucket, call.traceHeader));
    }
    cloud.journal.record({ type: 'delivery', from: bucket.arn, to: arn, messageIds: [] });
  }

  function schedule(what: string, delayMs: number, deliver: () => Promise<void>, attempt = 1): void {
    clock.schedule(clock.now() + delayMs, 'work', () => {
      const work = clock.begin();
      deliver()
        .catch((error) => {
          if (!isTemporary(error) || attempt >= MOST_ATTEMPTS) return;
          const retryMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1));
          cloud.journal.record({ type: 'retry', what, attempt, delayMs: retryMs });
          schedule(what, retryMs, deliver, attempt + 1);
        })
        .finally(work.end);
    });
  }

  const emit: Emit = (event: ObjectEvent) => {
    const { bucket, key, name } = event;
    const stamped: StampedEvent = { ...event, at: clock.now(), sequencer: nextSequencer() };
    // Decided now: a configuration that changes later is for later events.
    for (const notification of readNotifications(cloud, bucket.notifications)) {
      if (!concerns(notification, name, key)) continue;
      const message = eventMessage(cloud, notification.id, stamped);
      schedule(`s3 notification to ${notification.arn}`, DELAY_MS, () =>
        send(notification, message, stamped),
      );
    }
    if (bucket.notifications.EventBridgeConfiguration) {
      const busBound = busEvent(cloud, stamped);
      schedule(`s3 event of ${bucket.name} to EventBridge`, DELAY_MS, async () => publish(busBound));
    }
  };

  return {
    emit,
    /**
     * Tries out whether a destination lets S3 in: a queue gets a test event, a function is not run.
     * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
     */
    async probe(bucket: Bucket, { kind, arn }: Notification, call: Call): Promise<void> {
      if (kind === 'function') {
        await lambda.Invoke({ FunctionName: arn, InvocationType: 'DryRun' }, callFor(bucket));
        return;
      }
      const ids = requestIds(call.requestId);
      const MessageBody = JSON.stringify({
        Service: 'Amazon S3',
        Event: 's3:TestEvent',
        Time: new Date(clock.now()).toISOString(),
        Bucket: bucket.name,
        RequestId: ids['x-amz-request-id'],
        HostId: ids['x-amz-id-2'],
      });
      await sqs.SendMessage({ QueueUrl: queueUrlOf(arn), MessageBody }, callFor(bucket));
    },
  };
}

function isTemporary(error: unknown): boolean {
  return !(error instanceof AwsError) || error.status >= 500 || error.status === 429;
}
