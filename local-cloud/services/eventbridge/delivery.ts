import type { Target } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../errors.ts';
import { servicePrincipal } from '../../iam/credentials.ts';
import type { Call, Cloud, Guarded } from '../../service.ts';
import { withoutLineage } from '../lambda/recursion.ts';
import type { SqsOperations } from '../sqs/index.ts';
import type { StoredRule } from './buses.ts';
import { type EventEnvelope, eventTime } from './event.ts';
import { destinationOf } from './target-checks.ts';
import { compileInput } from './target-input.ts';

export interface DeliveryDependencies {
  /** SQS, guarded: a queue takes an event only if its policy allows it. */
  sqs: Pick<Guarded<SqsOperations>, 'SendMessage'>;
  /**
   * Hands an event to a function's queue of asynchronous invocations, guarded; resolves when Lambda has accepted it.
   * What the function makes of it is Lambda's business, retries and failure destinations included.
   */
  invokeAsync(functionArn: string, payload: Uint8Array, call: Call): Promise<void>;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html */
const DEFAULT_RETRIES = 185;
const DEFAULT_AGE_SECONDS = 86_400;

/** AWS names no interval: with these, 185 retries take about the 24 hours that it does name. */
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 600_000;

/** One event on its way to one target. */
interface Delivery {
  readonly rule: Pick<StoredRule, 'name' | 'arn'>;
  readonly target: Target;
  readonly event: EventEnvelope;
  readonly acceptedAt: number;
  readonly traceHeader?: string;
  retries: number;
}

type Failure = { code: string; message: string; retriable: boolean };

/** Makes the delivery of events to targets: as the service `events.amazonaws.com`, on behalf of the rule. */
export function createDelivery(cloud: Cloud, { sqs, invokeAsync }: DeliveryDependencies) {
  async function attempt(delivery: Delivery): Promise<void> {
    const work = cloud.clock.begin();
    try {
      const failure = await send(delivery);
      if (!failure) recordDelivery(delivery, delivery.target.Arn);
      else if (failure.retriable) await retryLater(delivery, failure);
      else await giveUp(delivery, failure);
    } finally {
      work.end();
    }
  }

  async function send(delivery: Delivery): Promise<Failure | undefined> {
    const { rule, target, event } = delivery;
    try {
      const { kind, arn } = destinationOf(cloud, target.Arn ?? '');
      const input = compileInput(target)(event, {
        ruleArn: rule.arn,
        ruleName: rule.name,
        ingestedAt: eventTime(delivery.acceptedAt),
      });
      if (kind === 'lambda') await invokeAsync(arn, Buffer.from(input), callFor(delivery));
      else {
        const MessageGroupId = target.SqsParameters?.MessageGroupId;
        await sqs.SendMessage(
          { QueueUrl: queueUrl(arn), MessageBody: input, ...(MessageGroupId && { MessageGroupId }) },
          callFor(delivery),
        );
      }
      return undefined;
    } catch (error) {
      return failureOf(error);
    }
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
  async function retryLater(delivery: Delivery, failure: Failure): Promise<void> {
    const { rule, target, acceptedAt } = delivery;
    const { MaximumRetryAttempts = DEFAULT_RETRIES, MaximumEventAgeInSeconds = DEFAULT_AGE_SECONDS } =
      target.RetryPolicy ?? {};
    if (delivery.retries >= MaximumRetryAttempts) {
      return giveUp(delivery, failure, 'MaximumRetryAttempts');
    }
    const now = cloud.clock.now();
    const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** delivery.retries);
    const delayMs = Math.round(longest * (0.5 + cloud.random() / 2));
    const deadline = acceptedAt + MaximumEventAgeInSeconds * 1000;
    if (now + delayMs > deadline) {
      // The event is given up when it is too old, not before.
      cloud.clock.schedule(deadline, 'work', () => void expire(delivery, failure));
      return;
    }
    delivery.retries++;
    cloud.journal.record({
      type: 'retry',
      what: `${rule.arn} to ${target.Arn}`,
      attempt: delivery.retries,
      delayMs,
    });
    cloud.clock.schedule(now + delayMs, 'work', () => void attempt(delivery));
  }

  async function expire(delivery: Delivery, failure: Failure): Promise<void> {
    const work = cloud.clock.begin();
    try {
      await giveUp(delivery, failure, 'MaximumEventAgeInSeconds');
    } finally {
      work.end();
    }
  }

  /**
   * Sends the event itself to the target's dead-letter queue; without one, or if that fails too, it is lost.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
   */
  async function giveUp(delivery: Delivery, failure: Failure, exhausted?: string): Promise<void> {
    const { rule, target, event, retries } = delivery;
    const deadLetters = target.DeadLetterConfig?.Arn;
    if (!deadLetters) return;
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.Arn ?? '',
      ERROR_CODE: failure.code,
      ERROR_MESSAGE: failure.message,
      ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
      RETRY_ATTEMPTS: String(retries),
    };
    try {
      await sqs.SendMessage(
        {
          QueueUrl: queueUrl(deadLetters),
          MessageBody: JSON.stringify(event),
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, StringValue]) => [
              name,
              { DataType: 'String', StringValue },
            ]),
          ),
        },
        callFor(delivery),
      );
      recordDelivery(delivery, deadLetters);
    } catch {
      // The journal holds the refused call.
    }
  }

  function recordDelivery({ rule, event }: Delivery, to = ''): void {
    cloud.journal.record({ type: 'delivery', from: rule.arn, to, messageIds: [event.id] });
  }

  function callFor({ rule, traceHeader }: Delivery): Call {
    return {
      principal: servicePrincipal(cloud, 'events.amazonaws.com', rule.arn),
      requestId: cloud.uuid(),
      signal: new AbortController().signal,
      background: true,
      // Loops through EventBridge are not detected: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
      ...(traceHeader && { traceHeader: withoutLineage(traceHeader) }),
    };
  }

  /** Only the path counts. */
  function queueUrl(arn: string): string {
    const name = arn.slice(arn.lastIndexOf(':') + 1);
    return `https://sqs.${cloud.region}.amazonaws.com/${cloud.accountId}/${name}`;
  }

  return {
    /** Sends an event to each target of a rule; does not wait for them. */
    deliver(rule: StoredRule, event: EventEnvelope, acceptedAt: number, traceHeader?: string): void {
      const { name, arn } = rule;
      for (const target of rule.targets.values()) {
        void attempt({ rule: { name, arn }, target, event, acceptedAt, traceHeader, retries: 0 });
      }
    },
  };
}

const GONE = ['QueueDoesNotExist', 'ResourceNotFoundException'];
const DENIED = ['AccessDenied', 'AccessDeniedException'];
const THROTTLED = [
  'TooManyRequestsException',
  'ThrottlingException',
  'RequestThrottled',
  'EC2ThrottledException',
];

/**
 * Missing permissions and targets that are gone are not retried, nor is what the target finds wrong with the request.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html names the codes;
 * https://repost.aws/knowledge-center/eventbridge-resolve-failedinvocation-errors says what is retried.
 */
function failureOf(error: unknown): Failure {
  if (!(error instanceof AwsError)) {
    return {
      code: 'INTERNAL_ERROR',
      message: error instanceof Error ? error.message : String(error),
      retriable: true,
    };
  }
  const { name, message, status } = error;
  if (DENIED.includes(name)) return { code: 'NO_PERMISSIONS', message, retriable: false };
  if (GONE.includes(name)) return { code: 'NO_RESOURCE', message, retriable: false };
  if (THROTTLED.includes(name) || status === 429) return { code: 'THROTTLING', message, retriable: true };
  if (status >= 500) return { code: 'ERROR_FROM_TARGET', message, retriable: true };
  return { code: 'INVALID_PARAMETER', message, retriable: false };
}
