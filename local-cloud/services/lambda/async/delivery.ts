import type { PutEventsRequest, PutEventsResponse } from '@aws-sdk/client-eventbridge';
import { rolePrincipal } from '../../../iam/credentials.ts';
import type { Call, Cloud, Guarded } from '../../../service.ts';
import type { SqsOperations } from '../../sqs/index.ts';
import { type Destination, queueUrlOf, recordKey } from './destination.ts';

/** The services that take records, guarded: the function's execution role needs the permission to call them. */
export interface RecordServices {
  sqs: Pick<Guarded<SqsOperations>, 'SendMessage'>;
  putEvents(input: PutEventsRequest, call: Call): Promise<PutEventsResponse>;
  putObject(input: { Bucket: string; Key: string; Body: string }, call: Call): Promise<unknown>;
  /** Hands an event to a function's queue of asynchronous invocations. */
  invokeAsync(functionArn: string, payload: Uint8Array, call: Call): Promise<void>;
}

/** On whose behalf something is sent. */
export interface Sender {
  readonly functionName: string;
  /** With the qualifier. */
  readonly functionArn: string;
  readonly roleArn: string;
  readonly traceHeader: string;
}

/** What a dead-letter queue is told of an event. */
interface DeadLetter {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly errorCode: number;
  readonly errorMessage: string;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
const LONGEST_MESSAGE_BYTES = 1024;

/** Makes what sends records and dead letters: each as the function's role. */
export function createRecordDelivery(
  cloud: Cloud,
  { sqs, putEvents, putObject, invokeAsync }: RecordServices,
) {
  const callOf = ({ functionName, roleArn, traceHeader }: Sender): Call => ({
    principal: rolePrincipal(cloud, roleArn, functionName),
    requestId: cloud.uuid(),
    signal: new AbortController().signal,
    background: true,
    traceHeader,
  });

  async function publish(record: string, succeeded: boolean, busArn: string, sender: Sender): Promise<void> {
    const { Entries = [] } = await putEvents(
      {
        Entries: [
          {
            // What arrives on a bus bears `lambda`; `aws.` is only for events that services put there themselves.
            Source: 'lambda',
            DetailType: `Lambda Function Invocation Result - ${succeeded ? 'Success' : 'Failure'}`,
            Detail: record,
            Resources: [busArn, sender.functionArn],
            EventBusName: busArn,
          },
        ],
      },
      callOf(sender),
    );
    const refused = Entries.find(({ ErrorCode }) => ErrorCode);
    if (refused) throw new Error(`${refused.ErrorCode}: ${refused.ErrorMessage}`);
  }

  return {
    /**
     * Sends a record to a destination.
     * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-async-destinations
     * @throws whatever the destination throws
     */
    async sendRecord(
      { kind, arn }: Destination,
      record: string,
      succeeded: boolean,
      sender: Sender,
    ): Promise<void> {
      if (kind === 'sqs') {
        const input = { QueueUrl: queueUrlOf(cloud, arn), MessageBody: record };
        await sqs.SendMessage(input, callOf(sender));
      } else if (kind === 'lambda') {
        await invokeAsync(arn, Buffer.from(record), callOf(sender));
      } else if (kind === 's3') {
        const Bucket = arn.slice(arn.lastIndexOf(':') + 1);
        const Key = recordKey(sender.functionName, cloud.clock.now(), cloud.uuid());
        await putObject({ Bucket, Key, Body: record }, callOf(sender));
      } else {
        await publish(record, succeeded, arn, sender);
      }
    },

    /**
     * Sends an event as it was to a dead-letter queue, with what is known of its failure in attributes.
     * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
     * @throws whatever the queue throws
     */
    async sendDeadLetter(
      queueArn: string,
      { requestId, payload, errorCode, errorMessage }: DeadLetter,
      sender: Sender,
    ): Promise<void> {
      await sqs.SendMessage(
        {
          QueueUrl: queueUrlOf(cloud, queueArn),
          MessageBody: Buffer.from(payload).toString('utf8'),
          MessageAttributes: {
            RequestID: { DataType: 'String', StringValue: requestId },
            ErrorCode: { DataType: 'Number', StringValue: String(errorCode) },
            // SQS takes no attribute without a value.
            ...(errorMessage && {
              ErrorMessage: {
                DataType: 'String',
                StringValue: firstBytes(errorMessage, LONGEST_MESSAGE_BYTES),
              },
            }),
          },
        },
        callOf(sender),
      );
    },
  };
}

/** The beginning of a text that fits into so many bytes, without half a character at its end. */
function firstBytes(text: string, most: number): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, most), { stream: true });
}
