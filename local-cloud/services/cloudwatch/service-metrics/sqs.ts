import type {
  DeleteMessageBatchResult,
  ReceiveMessageResult,
  SendMessageBatchRequest,
  SendMessageBatchResult,
  SendMessageRequest,
} from '@aws-sdk/client-sqs';
import type { Clock } from '../../../clock.ts';
import type { Call, Service } from '../../../service.ts';
import type { QueueDepth, SqsOperations } from '../../sqs/index.ts';
import type { MetricStore } from '../metrics/store.ts';
import type { Task } from '../ticker.ts';
import { createServiceMetrics } from './publish.ts';

/** A queue sends metrics for so long after its last message or call. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html */
const ACTIVE_MS = 6 * 3_600_000;
const MINUTE_MS = 60_000;

/**
 * Makes AWS/SQS's metrics by queue: what goes in and out, counted at each call, and what a queue holds, once a minute.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function createSqsMetrics(clock: Clock, metrics: MetricStore, wake: () => void) {
  const put = createServiceMetrics(metrics, 'AWS/SQS');
  const activeUntil = new Map<string, number>();
  let latest = Number.NEGATIVE_INFINITY;
  let depths: () => readonly QueueDepth[] = () => [];

  function count(queue: string, name: string, times: number): void {
    if (times > 0) measure(queue, name, 1, 'Count', times);
  }

  function measure(queue: string, name: string, value: number, unit: string, times = 1): void {
    put([[{ Name: 'QueueName', Value: queue }]], { name, value, unit, times, at: clock.now() });
  }

  function called(url: string): string {
    const queue = url.slice(url.lastIndexOf('/') + 1);
    const until = clock.now() + ACTIVE_MS;
    activeUntil.set(queue, until);
    latest = until;
    wake();
    return queue;
  }

  function sample(at: number): void {
    for (const { name, visible, inFlight, delayed, oldestSince } of depths()) {
      const active = (activeUntil.get(name) ?? 0) >= at;
      if (!active && oldestSince === undefined) continue;
      if (oldestSince !== undefined) latest = Math.max(latest, at + ACTIVE_MS);
      const queue = [[{ Name: 'QueueName', Value: name }]];
      // The minute that ends now.
      const minute = { unit: 'Count', at: at - MINUTE_MS };
      put(queue, { name: 'ApproximateNumberOfMessagesVisible', value: visible, ...minute });
      put(queue, { name: 'ApproximateNumberOfMessagesNotVisible', value: inFlight, ...minute });
      put(queue, { name: 'ApproximateNumberOfMessagesDelayed', value: delayed, ...minute });
      const age = oldestSince === undefined ? 0 : Math.max(0, Math.floor((at - oldestSince) / 1000));
      put(queue, { name: 'ApproximateAgeOfOldestMessage', value: age, unit: 'Seconds', at: at - MINUTE_MS });
    }
  }

  const task: Task = { everyMs: MINUTE_MS, isNeeded: () => latest >= clock.now(), run: sample };

  return {
    task,
    /** The same service, counted. */
    counted(service: Service<SqsOperations>, depthsOf: () => readonly QueueDepth[]): Service<SqsOperations> {
      depths = depthsOf;
      const { operations } = service;
      const after = <Input extends { QueueUrl?: string | undefined }, Output>(
        operation: (input: Input, call: Call) => Output | Promise<Output>,
        observe: (queue: string, input: Input, output: Output) => void,
      ) => {
        return (input: Input, call: Call): Output | Promise<Output> => {
          const output = operation(input, call);
          const seen = (answer: Output): Output => {
            observe(called(input.QueueUrl ?? ''), input, answer);
            return answer;
          };
          return output instanceof Promise ? output.then(seen) : seen(output);
        };
      };
      return {
        ...service,
        operations: {
          ...operations,
          SendMessage: after(operations.SendMessage, (queue, input: SendMessageRequest) => {
            count(queue, 'NumberOfMessagesSent', 1);
            measure(queue, 'SentMessageSize', sizeOf(input), 'Bytes');
          }),
          SendMessageBatch: after(
            operations.SendMessageBatch,
            (queue, input: SendMessageBatchRequest, { Successful = [] }: SendMessageBatchResult) => {
              count(queue, 'NumberOfMessagesSent', Successful.length);
              const sent = new Set(Successful.map(({ Id }) => Id));
              for (const entry of input.Entries ?? []) {
                if (sent.has(entry.Id)) measure(queue, 'SentMessageSize', sizeOf(entry), 'Bytes');
              }
            },
          ),
          ReceiveMessage: after(
            operations.ReceiveMessage,
            (queue, _, { Messages = [] }: ReceiveMessageResult) => {
              count(queue, 'NumberOfMessagesReceived', Messages.length);
              if (Messages.length === 0) count(queue, 'NumberOfEmptyReceives', 1);
            },
          ),
          DeleteMessage: after(operations.DeleteMessage, (queue) =>
            count(queue, 'NumberOfMessagesDeleted', 1),
          ),
          DeleteMessageBatch: after(
            operations.DeleteMessageBatch,
            (queue, _, { Successful = [] }: DeleteMessageBatchResult) =>
              count(queue, 'NumberOfMessagesDeleted', Successful.length),
          ),
        },
      };
    },
  };
}

/** Body and attributes, in bytes. */
function sizeOf({
  MessageBody = '',
  MessageAttributes = {},
}: Pick<SendMessageRequest, 'MessageAttributes'> & { MessageBody?: string | undefined }): number {
  let bytes = Buffer.byteLength(MessageBody);
  for (const [name, { DataType = '', StringValue = '', BinaryValue }] of Object.entries(MessageAttributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue);
    bytes += BinaryValue?.byteLength ?? 0;
  }
  return bytes;
}
