import { AwsError } from '../../errors.ts';
import { arnOf, type Cloud } from '../../service.ts';
import { createDeduplication } from './deduplication.ts';
import { invalidValue, missingParameter, queueDoesNotExist } from './errors.ts';
import type { MessageContent, StoredMessage } from './message.ts';
import { createFifoOrder, createStandardOrder } from './message-order.ts';
import { createMessageStore, type DeadLetters, type MessageStore } from './message-store.ts';
import {
  mergeAttributes,
  type QueueAttributes,
  type QueueSettings,
  readSettings,
} from './queue-attributes.ts';
import { allowsSource } from './redrive-policy.ts';

/** A queue. Times are epoch milliseconds. */
export interface Queue {
  /** Differs from that of an earlier queue of the same name. */
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  modifiedAt: number;
  purgedAt: number;
  attributes: QueueAttributes;
  settings: QueueSettings;
  readonly tags: Map<string, string>;
  readonly store: MessageStore;
  readonly isFifo: boolean;
  readonly deduplication: ReturnType<typeof createDeduplication>;
  /** What another scope of deduplication was until it changed, and when the change counts. */
  formerScope?: { byGroup: boolean; until: number };
  /** The place of the next message that the queue takes in. */
  nextSequence(): number;
}

/** The queues of an account. */
export type Queues = ReturnType<typeof createQueues>;

/** Messages in flight, of either kind of queue. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
const IN_FLIGHT_LIMIT = 120_000;

/** Sequence numbers have 20 digits and leave gaps. */
const FIRST_SEQUENCE_NUMBER = 18_849_496_460_467_696_128n;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html */
const NAME_BLOCKED_MS = 60_000;

/**
 * A changed scope of deduplication does not count at once.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html: up to 60 seconds.
 */
const SCOPE_CHANGE_MS = 60_000;

/** Makes an account without queues. */
export function createQueues(cloud: Cloud) {
  const byName = new Map<string, Queue>();
  /** Sources of each dead-letter queue, by the target's ARN; the target need not exist any more. */
  const sourcesOf = new Map<string, Set<Queue>>();
  const deletedAt = new Map<string, number>();

  function create(name: string, attributes: QueueAttributes, tags: Record<string, string>): Queue {
    const now = cloud.clock.now();
    const deleted = deletedAt.get(name);
    if (deleted !== undefined && now < deleted + NAME_BLOCKED_MS) {
      throw new AwsError(
        'QueueDeletedRecently',
        'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
      );
    }
    deletedAt.delete(name);
    const arn = arnOf(cloud, 'sqs', name);
    checkDeadLetterTarget(arn, attributes);
    const isFifo = name.endsWith('.fifo');
    let sequence = 0;
    const merged = mergeAttributes(attributes, attributes);
    const queue: Queue = {
      id: cloud.uuid(),
      name,
      arn,
      createdAt: now,
      modifiedAt: now,
      purgedAt: Number.NEGATIVE_INFINITY,
      attributes: merged,
      settings: readSettings(merged),
      tags: new Map(Object.entries(tags)),
      store: createMessageStore({
        clock: cloud.clock,
        order: isFifo ? createFifoOrder() : createStandardOrder(),
        settings: () => queue.settings,
        deadLetters: () => deadLettersOf(queue),
        inFlightLimit: IN_FLIGHT_LIMIT,
      }),
      isFifo,
      deduplication: createDeduplication(cloud.clock.now),
      nextSequence: () => ++sequence,
    };
    byName.set(name, queue);
    indexSource(queue);
    return queue;
  }

  function update(queue: Queue, changes: QueueAttributes): void {
    checkDeadLetterTarget(queue.arn, changes);
    const attributes = mergeAttributes(queue.attributes, changes);
    unindexSource(queue);
    const byGroup = deduplicatesByGroup(queue);
    queue.attributes = attributes;
    queue.settings = readSettings(attributes);
    if (byGroup !== queue.settings.deduplicateByGroup) {
      queue.formerScope ??= { byGroup, until: cloud.clock.now() + SCOPE_CHANGE_MS };
    }
    queue.modifiedAt = cloud.clock.now();
    indexSource(queue);
    // Retention may have become shorter.
    queue.store.arrived();
  }

  function deduplicatesByGroup(queue: Queue): boolean {
    const { formerScope, settings } = queue;
    if (formerScope && cloud.clock.now() < formerScope.until) return formerScope.byGroup;
    queue.formerScope = undefined;
    return settings.deduplicateByGroup;
  }

  function remove(queue: Queue): void {
    byName.delete(queue.name);
    unindexSource(queue);
    deletedAt.set(queue.name, cloud.clock.now());
    queue.store.close();
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
  function checkDeadLetterTarget(sourceArn: string, { RedrivePolicy }: QueueAttributes): void {
    if (!RedrivePolicy) return;
    const { redrive } = readSettings({ RedrivePolicy });
    const target = redrive && findByArn(redrive.deadLetterTargetArn);
    if (!target) throw invalidValue(RedrivePolicy, 'RedrivePolicy', 'Dead letter target does not exist.');
    if (target.isFifo !== sourceArn.endsWith('.fifo')) {
      throw invalidValue(
        RedrivePolicy,
        'RedrivePolicy',
        'Dead-letter queue must be same type of queue as the source.',
      );
    }
    if (!allowsSource(target.settings.redriveAllow, sourceArn)) {
      throw invalidValue(
        RedrivePolicy,
        'RedrivePolicy',
        'The redrive allow policy of the dead letter target does not allow this source queue.',
      );
    }
  }

  /** A target that is gone, or that no longer allows this source, takes nothing: messages stay where they are. */
  function deadLettersOf(source: Queue): DeadLetters | undefined {
    const { redrive } = source.settings;
    const target = redrive && findByArn(redrive.deadLetterTargetArn);
    if (!target || !allowsSource(target.settings.redriveAllow, source.arn)) return undefined;
    return {
      maxReceiveCount: redrive.maxReceiveCount,
      accept: (messages) => moveToDeadLetters(source, target, messages),
    };
  }

  /**
   * Id, body and attributes stay, and for standard queues the time of sending: retention goes on counting from
   * then. In a FIFO queue it begins anew, and the message's id takes the place of its deduplication id.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
   */
  function moveToDeadLetters(source: Queue, target: Queue, messages: readonly StoredMessage[]): void {
    for (const { content, receiveCount, firstReceivedAt } of messages) {
      const moved = {
        ...content,
        ...placeIn(target),
        deadLetterSourceArn: source.arn,
        ...(target.isFifo && { sentAt: cloud.clock.now(), deduplicationId: content.id }),
      };
      target.store.add(moved, 0, receiveCount, firstReceivedAt);
    }
    cloud.journal.record({
      type: 'delivery',
      from: source.arn,
      to: target.arn,
      messageIds: messages.map(({ content }) => content.id),
    });
    target.store.arrived();
  }

  function named(name: string): Queue {
    const queue = byName.get(name);
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  function findByArn(arn: string): Queue | undefined {
    const queue = byName.get(arn.slice(arn.lastIndexOf(':') + 1));
    return queue?.arn === arn ? queue : undefined;
  }

  function indexSource(queue: Queue): void {
    const target = queue.settings.redrive?.deadLetterTargetArn;
    if (!target) return;
    const sources = sourcesOf.get(target) ?? new Set();
    sourcesOf.set(target, sources.add(queue));
  }

  function unindexSource(queue: Queue): void {
    const target = queue.settings.redrive?.deadLetterTargetArn;
    if (target) sourcesOf.get(target)?.delete(queue);
  }

  return {
    create,
    update,
    remove,
    find: (name: string): Queue | undefined => byName.get(name),
    findByArn,
    /** Whether a queue counts deduplication ids within their message group only. */
    deduplicatesByGroup,
    /** All queues, in order of their names. */
    all: (): Queue[] => [...byName.values()].sort(inOrderOfName),
    /** Queues whose dead-letter queue is this one, in order of their names. */
    sourcesOf: (target: Queue): Queue[] => [...(sourcesOf.get(target.arn) ?? [])].sort(inOrderOfName),
    urlOf: ({ name }: Queue): string => `${cloud.endpoint()}/${cloud.accountId}/${name}`,

    /**
     * The queue of a URL. Only the path counts: whichever host a client uses, it has reached this account. As on AWS,
     * a queue's bare name does as well.
     * @throws MissingParameter, InvalidAddress, QueueDoesNotExist
     */
    resolve(url: string | undefined): Queue {
      if (!url) throw missingParameter('QueueUrl');
      const slash = url.lastIndexOf('/');
      if (slash < 0) return named(url);
      const before = url.slice(0, Math.max(0, slash));
      const account = before.slice(before.lastIndexOf('/') + 1);
      if (!/^\d{12}$/.test(account)) {
        throw new AwsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`, {
          status: 404,
        });
      }
      if (account !== cloud.accountId) throw queueDoesNotExist();
      return named(url.slice(slash + 1));
    },
  };
}

/** The place of a message that a queue takes in now. */
export function placeIn(queue: Queue): Pick<MessageContent, 'sequence' | 'sequenceNumber'> {
  const sequence = queue.nextSequence();
  return {
    sequence,
    sequenceNumber: queue.isFifo ? String(FIRST_SEQUENCE_NUMBER + BigInt(sequence) * 256n) : undefined,
  };
}

function inOrderOfName(a: Queue, b: Queue): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
