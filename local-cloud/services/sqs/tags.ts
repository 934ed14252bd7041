import type {
  ListQueueTagsRequest,
  ListQueueTagsResult,
  TagQueueRequest,
  UntagQueueRequest,
} from '@aws-sdk/client-sqs';
import type { Billing } from './billing.ts';
import { invalidParameterValue, missingParameter } from './errors.ts';
import type { Queues } from './queues.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html */
const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

export function createTagOperations(queues: Queues, bill: Billing) {
  return {
    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_TagQueue.html */
    TagQueue({ QueueUrl, Tags }: TagQueueRequest): void {
      const queue = queues.resolve(QueueUrl);
      if (!Tags) throw missingParameter('Tags');
      checkTags(queue.name, { ...Object.fromEntries(queue.tags), ...Tags });
      for (const [key, value] of Object.entries(Tags)) queue.tags.set(key, value);
      bill(queue.arn);
    },

    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_UntagQueue.html */
    UntagQueue({ QueueUrl, TagKeys }: UntagQueueRequest): void {
      const queue = queues.resolve(QueueUrl);
      if (!TagKeys) throw missingParameter('TagKeys');
      for (const key of TagKeys) queue.tags.delete(key);
      bill(queue.arn);
    },

    /**
     * Without tags there is no member `Tags`.
     * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueueTags.html
     */
    ListQueueTags({ QueueUrl }: ListQueueTagsRequest): ListQueueTagsResult {
      const queue = queues.resolve(QueueUrl);
      bill(queue.arn);
      return queue.tags.size === 0 ? {} : { Tags: Object.fromEntries(queue.tags) };
    },
  };
}

/** @throws InvalidParameterValue for a set of tags that a queue cannot have */
export function checkTags(queueName: string, tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  if (entries.length > MOST_TAGS) {
    throw invalidParameterValue(`Too many tags added for queue ${queueName}.`);
  }
  for (const [key, value] of entries) {
    if (key === '') throw invalidParameterValue('Tag keys must not be empty.');
    if (key.length > LONGEST_KEY) {
      throw invalidParameterValue(`Tag keys must be shorter than or equal to ${LONGEST_KEY} characters.`);
    }
    if (value.length > LONGEST_VALUE) {
      throw invalidParameterValue(`Tag values must be shorter than or equal to ${LONGEST_VALUE} characters.`);
    }
    if (/^aws:/i.test(key)) {
      throw invalidParameterValue(`Tag keys must not begin with 'aws:', which is reserved: ${key}.`);
    }
  }
}
