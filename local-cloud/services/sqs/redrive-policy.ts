import { AwsError } from '../../errors.ts';
import { invalidValue } from './errors.ts';

/** When and where a queue sends the messages that nobody deletes. */
export interface RedrivePolicy {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

/** Which queues may name this queue as their dead-letter queue. */
export interface RedriveAllowPolicy {
  redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  sourceQueueArns: readonly string[];
}

const QUEUE_ARN = /^arn:[a-z-]+:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}(\.fifo)?$/;

/**
 * Reads the attribute `RedrivePolicy`.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 * @throws InvalidParameterValue, InvalidAttributeValue
 */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const invalid = (reason: string) => invalidValue(text, 'RedrivePolicy', reason);
  const policy = parseObject(text);
  if (!policy) {
    throw new AwsError(
      'InvalidAttributeValue',
      'Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.',
    );
  }
  for (const name of ['maxReceiveCount', 'deadLetterTargetArn']) {
    if (!(name in policy)) {
      throw invalid(`Redrive policy does not contain mandatory attribute: ${name}.`);
    }
  }
  const { maxReceiveCount, deadLetterTargetArn, ...others } = policy;
  if (Object.keys(others).length > 0) {
    throw invalid('Only following attributes are supported: [maxReceiveCount, deadLetterTargetArn].');
  }
  const count = /^\d+$/.test(String(maxReceiveCount)) ? Number(maxReceiveCount) : 0;
  if (count < 1 || count > 1000) {
    throw invalid(
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`,
    );
  }
  if (typeof deadLetterTargetArn !== 'string' || !QUEUE_ARN.test(deadLetterTargetArn)) {
    throw invalid('Invalid value for deadLetterTargetArn.');
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

/**
 * Reads the attribute `RedriveAllowPolicy`.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 * @throws InvalidParameterValue, InvalidAttributeValue
 */
export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const refuse = (reason: string) =>
    invalidValue(text, 'RedriveAllowPolicy', `Amazon SQS can't create the redrive allow policy. ${reason}`);
  const policy = parseObject(text);
  if (!policy || !hasKnownShape(policy)) {
    throw new AwsError(
      'InvalidAttributeValue',
      "Invalid value for the parameter RedriveAllowPolicy. Reason: Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format.",
    );
  }
  const { redrivePermission, sourceQueueArns } = policy;
  if (redrivePermission !== 'byQueue') {
    if (sourceQueueArns) {
      throw refuse('To specify one or more source queue ARNs, you must set redrivePermission to byQueue.');
    }
    return { redrivePermission, sourceQueueArns: [] };
  }
  if (!sourceQueueArns || sourceQueueArns.length === 0) {
    throw refuse(
      'When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values.',
    );
  }
  if (sourceQueueArns.length > 10) {
    throw refuse('The maximum number of source queue ARNs you can specify is 10.');
  }
  return { redrivePermission, sourceQueueArns };
}

/** Whether `sourceArn` may use the queue with this policy as its dead-letter queue; without one, all may. */
export function allowsSource(policy: RedriveAllowPolicy | undefined, sourceArn: string): boolean {
  if (!policy || policy.redrivePermission === 'allowAll') return true;
  return policy.redrivePermission === 'byQueue' && policy.sourceQueueArns.includes(sourceArn);
}

interface RawAllowPolicy {
  redrivePermission: RedriveAllowPolicy['redrivePermission'];
  sourceQueueArns?: readonly string[];
}

function hasKnownShape(policy: object): policy is RawAllowPolicy {
  const { redrivePermission, sourceQueueArns, ...others } = policy as Record<string, unknown>;
  return (
    Object.keys(others).length === 0 &&
    ['allowAll', 'denyAll', 'byQueue'].includes(String(redrivePermission)) &&
    (sourceQueueArns === undefined ||
      (Array.isArray(sourceQueueArns) && sourceQueueArns.every((arn) => typeof arn === 'string')))
  );
}

/** The JSON object in `text`; undefined when it is anything else. */
function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
