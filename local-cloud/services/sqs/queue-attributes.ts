import type { QueueAttributeName } from '@aws-sdk/client-sqs';
import { AwsError } from '../../errors.ts';
import { checkResourcePolicy } from '../../iam/policy.ts';
import { unknownAttribute } from './errors.ts';
import {
  parseRedriveAllowPolicy,
  parseRedrivePolicy,
  type RedriveAllowPolicy,
  type RedrivePolicy,
} from './redrive-policy.ts';

export type QueueAttributes = Partial<Record<QueueAttributeName, string>>;

/** What the attributes mean, read once when they change; times in milliseconds. */
export interface QueueSettings {
  readonly delayMs: number;
  readonly maximumMessageSize: number;
  readonly retentionMs: number;
  readonly waitMs: number;
  readonly visibilityMs: number;
  readonly redrive?: RedrivePolicy;
  readonly redriveAllow?: RedriveAllowPolicy;
  readonly policy?: string;
  readonly contentBasedDeduplication: boolean;
  /** Deduplication ids count within their message group only. */
  readonly deduplicateByGroup: boolean;
}

/** Smallest and largest value. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const INTEGERS: Partial<Record<QueueAttributeName, readonly [number, number]>> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

/** Attributes of FIFO queues only, with their values. */
const FIFO_ONLY: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ['true'],
  ContentBasedDeduplication: ['true', 'false'],
  DeduplicationScope: ['messageGroup', 'queue'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};

/** What a queue has when nobody says otherwise. */
export const DEFAULT_ATTRIBUTES: QueueAttributes = {
  VisibilityTimeout: '30',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
};

/** What a FIFO queue has besides. */
export const FIFO_DEFAULTS: QueueAttributes = {
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
};

/**
 * Checks attributes that a caller sets and brings them into the form in which they are kept.
 * An empty `Policy`, `RedrivePolicy`, `RedriveAllowPolicy` or `KmsMasterKeyId` stays empty: it takes the attribute away.
 * @throws InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue
 */
export function checkAttributes(
  changes: Readonly<Record<string, string | undefined>>,
  isFifo: boolean,
): QueueAttributes {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(changes)) {
    if (value !== undefined) checked[name] = checkAttribute(name, value, isFifo);
  }
  return checked;
}

/**
 * Attributes after a change that `checkAttributes` has checked.
 * @throws InvalidAttributeName when both kinds of encryption would be on
 */
export function mergeAttributes(current: QueueAttributes, changes: QueueAttributes): QueueAttributes {
  const merged = { ...current, ...changes };
  for (const [name, value] of Object.entries(merged)) {
    if (value === '') delete merged[name as QueueAttributeName];
  }
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
  if (merged.FifoThroughputLimit === 'perMessageGroupId' && merged.DeduplicationScope !== 'messageGroup') {
    throw invalidAttributeValue('FifoThroughputLimit');
  }
  if (!merged.KmsMasterKeyId) {
    delete merged.KmsDataKeyReusePeriodSeconds;
    return merged;
  }
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-sqs-sse-queue.html
  if (changes.SqsManagedSseEnabled === 'true') {
    throw new AwsError(
      'InvalidAttributeName',
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    );
  }
  return { KmsDataKeyReusePeriodSeconds: '300', ...merged, SqsManagedSseEnabled: 'false' };
}

/** What a full set of attributes means. */
export function readSettings(attributes: QueueAttributes): QueueSettings {
  const number = (name: QueueAttributeName) => Number(attributes[name] ?? DEFAULT_ATTRIBUTES[name]);
  return {
    delayMs: number('DelaySeconds') * 1000,
    maximumMessageSize: number('MaximumMessageSize'),
    retentionMs: number('MessageRetentionPeriod') * 1000,
    waitMs: number('ReceiveMessageWaitTimeSeconds') * 1000,
    visibilityMs: number('VisibilityTimeout') * 1000,
    redrive: attributes.RedrivePolicy ? parseRedrivePolicy(attributes.RedrivePolicy) : undefined,
    redriveAllow: attributes.RedriveAllowPolicy
      ? parseRedriveAllowPolicy(attributes.RedriveAllowPolicy)
      : undefined,
    policy: attributes.Policy,
    contentBasedDeduplication: attributes.ContentBasedDeduplication === 'true',
    deduplicateByGroup: attributes.DeduplicationScope === 'messageGroup',
  };
}

function checkAttribute(name: string, value: string, isFifo: boolean): string {
  const range = Object.hasOwn(INTEGERS, name) ? INTEGERS[name as QueueAttributeName] : undefined;
  if (range) return checkInteger(name, value, range);
  const fifoValues = Object.hasOwn(FIFO_ONLY, name) ? FIFO_ONLY[name] : undefined;
  if (fifoValues) {
    // A standard queue knows none of these, not even as "false".
    if (!isFifo) throw ofFifoQueues(name);
    const known = fifoValues.find((one) => one === value || one === asFlag(value));
    if (known) return known;
    throw invalidAttributeValue(
      name,
      name === 'FifoQueue' ? ' Reason: Modifying queue type is not supported.' : '',
    );
  }
  switch (name) {
    case 'Policy':
      if (value !== '') checkResourcePolicy(value, () => invalidAttributeValue(name));
      return value;
    case 'RedrivePolicy':
      if (value !== '') parseRedrivePolicy(value);
      return value;
    case 'RedriveAllowPolicy':
      if (value !== '') parseRedriveAllowPolicy(value);
      return value;
    case 'KmsMasterKeyId':
      return value;
    case 'SqsManagedSseEnabled':
      if (!asFlag(value)) throw invalidAttributeValue(name);
      return asFlag(value) ?? '';
    default:
      throw unknownAttribute(name);
  }
}

/** AWS takes True and FALSE, too, and keeps them in small letters. */
function asFlag(value: string): string | undefined {
  const flag = value.toLowerCase();
  return flag === 'true' || flag === 'false' ? flag : undefined;
}

function checkInteger(name: string, value: string, [least, most]: readonly [number, number]): string {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) throw invalidAttributeValue(name);
  return String(number);
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html */
function ofFifoQueues(name: string): AwsError {
  if (name !== 'DeduplicationScope' && name !== 'FifoThroughputLimit') return unknownAttribute(name);
  return new AwsError(
    'InvalidAttributeName',
    `You can specify the ${name} only when FifoQueue is set to true.`,
  );
}

function invalidAttributeValue(name: string, reason = ''): AwsError {
  return new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.${reason}`);
}
