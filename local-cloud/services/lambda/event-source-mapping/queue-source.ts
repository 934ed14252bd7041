import { AwsError, notSupported } from '../../../errors.ts';
import { rolePrincipal } from '../../../iam/credentials.ts';
import type { Call, Cloud, Guarded } from '../../../service.ts';
import type { SqsOperations } from '../../sqs/index.ts';

/** A queue as a mapping reads it: with the permissions of the function's role, in the background. */
export interface QueueSource {
  readonly arn: string;
  readonly queueUrl: string;
}

const QUEUE_ARN = /^arn:aws[\w-]*:sqs:([a-z0-9-]+):(\d{12}):([\w-]+(?:\.fifo)?)$/;

/**
 * Reads a queue's ARN.
 * @throws AwsError InvalidParameterValueException when it is none of this account and region
 */
export function parseQueueSource(cloud: Cloud, arn: string | undefined): QueueSource {
  const [, region, accountId, name] = QUEUE_ARN.exec(arn ?? '') ?? [];
  if (!arn || !name) {
    if (/^arn:aws[\w-]*:(dynamodb|kinesis|kafka|mq|rds):/.test(arn ?? '')) {
      throw notSupported(`An event source other than an SQS queue (${arn})`);
    }
    throw new AwsError('InvalidParameterValueException', 'Unrecognized event source.');
  }
  if (region !== cloud.region || accountId !== cloud.accountId) {
    throw notSupported('An event source in another account or region');
  }
  if (name.endsWith('.fifo')) throw notSupported('An event source mapping from a FIFO queue');
  return { arn, queueUrl: `${cloud.endpoint()}/${accountId}/${name}` };
}

/** A call of the mapping: as the function's role, never a reason for time to jump. */
export function pollerCall(cloud: Cloud, roleArn: string, functionName: string, signal: AbortSignal): Call {
  return {
    principal: rolePrincipal(cloud, roleArn, functionName),
    requestId: cloud.uuid(),
    signal,
    background: true,
  };
}

/**
 * Checks what Lambda checks before it makes or changes a mapping: the queue is there, the function's role may read
 * and delete, and the queue hides messages at least as long as the function may run.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 * @throws AwsError InvalidParameterValueException in Lambda's words
 */
export async function checkQueueSource(
  sqs: Guarded<SqsOperations>,
  isAllowed: (roleArn: string, action: string, resource: string) => boolean,
  cloud: Cloud,
  source: QueueSource,
  target: { name: string; roleArn: string; timeoutSeconds: number },
): Promise<void> {
  for (const operation of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
    if (isAllowed(target.roleArn, `sqs:${operation}`, source.arn)) continue;
    throw new AwsError(
      'InvalidParameterValueException',
      `The function execution role does not have permissions to call ${operation} on SQS`,
    );
  }
  const call = pollerCall(cloud, target.roleArn, target.name, new AbortController().signal);
  const visibilitySeconds = await visibilityOf(sqs, source, call);
  if (visibilitySeconds < target.timeoutSeconds) {
    throw new AwsError(
      'InvalidParameterValueException',
      `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${target.timeoutSeconds} seconds`,
    );
  }
}

/** How long the queue hides a message that was received, in seconds. */
async function visibilityOf(sqs: Guarded<SqsOperations>, source: QueueSource, call: Call): Promise<number> {
  try {
    const { Attributes } = await sqs.GetQueueAttributes(
      { QueueUrl: source.queueUrl, AttributeNames: ['VisibilityTimeout'] },
      call,
    );
    return Number(Attributes?.VisibilityTimeout);
  } catch (error) {
    if (!(error instanceof AwsError) || error.name !== 'QueueDoesNotExist') throw error;
    throw new AwsError(
      'InvalidParameterValueException',
      `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: ${error.message}`,
    );
  }
}
