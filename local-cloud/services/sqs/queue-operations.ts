import type {
  CreateQueueRequest,
  CreateQueueResult,
  DeleteQueueRequest,
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  GetQueueUrlRequest,
  GetQueueUrlResult,
  ListDeadLetterSourceQueuesRequest,
  ListDeadLetterSourceQueuesResult,
  ListQueuesRequest,
  ListQueuesResult,
  PurgeQueueRequest,
  SetQueueAttributesRequest,
} from '@aws-sdk/client-sqs';
import { QueueAttributeName } from '@aws-sdk/client-sqs';
import { AwsError } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import type { Billing } from './billing.ts';
import { invalidParameterValue, missingParameter, queueDoesNotExist, unknownAttribute } from './errors.ts';
import {
  checkAttributes,
  DEFAULT_ATTRIBUTES,
  FIFO_DEFAULTS,
  type QueueAttributes,
} from './queue-attributes.ts';
import type { Queue, Queues } from './queues.ts';
import { checkTags } from './tags.ts';

const QUEUE_NAME = /^[A-Za-z0-9_-]{1,80}$/;
const FIFO_NAME = /^[A-Za-z0-9_-]{1,75}\.fifo$/;
const ATTRIBUTE_NAMES = new Set<string>(Object.values(QueueAttributeName));
const LARGEST_PAGE = 1000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
const PURGE_INTERVAL_MS = 60_000;

export function createQueueOperations(cloud: Cloud, queues: Queues, bill: Billing) {
  return {
    /**
     * Creates a queue; the same request again answers with the same queue.
     * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
     */
    CreateQueue({ QueueName: name, Attributes = {}, tags = {} }: CreateQueueRequest): CreateQueueResult {
      if (!name) throw missingParameter('QueueName');
      const isFifo = Attributes.FifoQueue?.toLowerCase() === 'true';
      checkName(name, isFifo);
      const changes = checkAttributes(Attributes, isFifo);
      checkTags(name, tags);
      const existing = queues.find(name);
      if (existing) requireSameAttributes(existing, changes);
      const queue = existing ?? queues.create(name, changes, tags);
      bill(queue.arn);
      return { QueueUrl: queues.urlOf(queue) };
    },

    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html */
    GetQueueUrl({
      QueueName,
      QueueOwnerAWSAccountId = cloud.accountId,
    }: GetQueueUrlRequest): GetQueueUrlResult {
      if (!QueueName) throw missingParameter('QueueName');
      const queue = queues.find(QueueName);
      if (!queue || QueueOwnerAWSAccountId !== cloud.accountId) throw queueDoesNotExist();
      bill(queue.arn);
      return { QueueUrl: queues.urlOf(queue) };
    },

    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html */
    ListQueues({ QueueNamePrefix = '', NextToken, MaxResults }: ListQueuesRequest): ListQueuesResult {
      const found = queues.all().filter(({ name }) => name.startsWith(QueueNamePrefix));
      const page = pageOf(found, NextToken, MaxResults);
      bill('*');
      if (page.queues.length === 0) return {};
      return { QueueUrls: page.queues.map(queues.urlOf), NextToken: page.nextToken };
    },

    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html */
    ListDeadLetterSourceQueues(input: ListDeadLetterSourceQueuesRequest): ListDeadLetterSourceQueuesResult {
      const target = queues.resolve(input.QueueUrl);
      const page = pageOf(queues.sourcesOf(target), input.NextToken, input.MaxResults);
      bill(target.arn);
      return { queueUrls: page.queues.map(queues.urlOf), NextToken: page.nextToken };
    },

    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html */
    DeleteQueue({ QueueUrl }: DeleteQueueRequest): void {
      const queue = queues.resolve(QueueUrl);
      queues.remove(queue);
      bill(queue.arn);
    },

    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
    PurgeQueue({ QueueUrl }: PurgeQueueRequest): void {
      const queue = queues.resolve(QueueUrl);
      const now = cloud.clock.now();
      if (now < queue.purgedAt + PURGE_INTERVAL_MS) {
        throw new AwsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
          { status: 403 },
        );
      }
      queue.purgedAt = now;
      queue.store.purge();
      queue.deduplication.clear();
      bill(queue.arn);
    },

    /**
     * Attributes that the queue has not are left out, and `Attributes` itself when none is left.
     * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
     */
    GetQueueAttributes({
      QueueUrl,
      AttributeNames = [],
    }: GetQueueAttributesRequest): GetQueueAttributesResult {
      const queue = queues.resolve(QueueUrl);
      const unknown = AttributeNames.find((name) => !ATTRIBUTE_NAMES.has(name));
      if (unknown) throw unknownAttribute(unknown);
      const all: QueueAttributes = AttributeNames.length > 0 ? attributesOf(queue) : {};
      bill(queue.arn);
      if (AttributeNames.includes('All')) return { Attributes: all };
      const wanted = new Set<string>(AttributeNames);
      const asked = Object.entries(all).filter(([name]) => wanted.has(name));
      return asked.length === 0 ? {} : { Attributes: Object.fromEntries(asked) };
    },

    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
    SetQueueAttributes({ QueueUrl, Attributes }: SetQueueAttributesRequest): void {
      const queue = queues.resolve(QueueUrl);
      if (!Attributes) throw missingParameter('Attributes');
      queues.update(queue, checkAttributes(Attributes, queue.isFifo));
      bill(queue.arn);
    },
  };
}

function checkName(name: string, isFifo: boolean): void {
  if (isFifo ? FIFO_NAME.test(name) : QUEUE_NAME.test(name)) return;
  throw invalidParameterValue(
    isFifo
      ? 'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length'
      : 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  );
}

/** Only the attributes that the caller names are compared. */
function requireSameAttributes(queue: Queue, wanted: QueueAttributes): void {
  const current: QueueAttributes = { ...defaultsOf(queue), ...queue.attributes };
  for (const [name, value] of Object.entries(wanted)) {
    if ((current[name as QueueAttributeName] ?? '') === value) continue;
    throw new AwsError(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${name}`,
    );
  }
}

function attributesOf(queue: Queue): QueueAttributes {
  const { visible, inFlight, delayed } = queue.store.counts();
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: seconds(queue.createdAt),
    LastModifiedTimestamp: seconds(queue.modifiedAt),
    ...defaultsOf(queue),
    ...queue.attributes,
  };
}

function defaultsOf({ isFifo }: Queue): QueueAttributes {
  return isFifo ? { ...DEFAULT_ATTRIBUTES, ...FIFO_DEFAULTS } : DEFAULT_ATTRIBUTES;
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}

/** A page begins after the queue that its token names. There is a next token only for callers that limit the page. */
function pageOf(found: Queue[], token: string | undefined, maxResults: number | undefined) {
  if (maxResults !== undefined && !(maxResults >= 1 && maxResults <= LARGEST_PAGE)) {
    throw invalidParameterValue(
      `Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and ${LARGEST_PAGE}.`,
    );
  }
  if (token !== undefined && maxResults === undefined) throw missingParameter('MaxResults');
  const after = token === undefined ? undefined : readToken(token);
  const rest = after === undefined ? found : found.filter(({ name }) => name > after);
  const queues = rest.slice(0, maxResults ?? LARGEST_PAGE);
  const last = queues.at(-1);
  const hasMore = maxResults !== undefined && rest.length > queues.length && last;
  return { queues, nextToken: hasMore ? Buffer.from(last.name).toString('base64') : undefined };
}

function readToken(token: string): string {
  const name = Buffer.from(token, 'base64').toString();
  if (!QUEUE_NAME.test(name) && !FIFO_NAME.test(name))
    throw invalidParameterValue('Invalid or expired next token.');
  return name;
}
