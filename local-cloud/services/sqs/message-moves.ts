import type { Cloud } from '../../service.ts';
import type { StoredMessage } from './message.ts';
import { placeIn, type Queue, type Queues } from './queues.ts';

/** A task that moves messages out of a dead-letter queue. Times are epoch milliseconds. */
export interface MoveTask {
  readonly id: string;
  readonly source: Queue;
  /** Undefined: each message goes back to the queue that it came from. */
  readonly destination: Queue | undefined;
  /** Messages per second; undefined leaves the rate to SQS. */
  readonly rate: number | undefined;
  readonly startedAt: number;
  /** What the queue held, ready to be received, when the task began. */
  readonly toMove: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED';
  failureReason?: FailureReason;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-dlq-redrive.html */
type FailureReason = 'AWS.SimpleQueueService.NonExistentQueue' | 'CouldNotDetermineMessageSource';

/** SQS chooses a rate by the backlog and does not say which; this is the highest that one can ask for. */
const OWN_RATE = 500;

/** A queue shows so many of its last tasks. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html */
const REMEMBERED = 10;

/** The account's tasks that move messages out of dead-letter queues. */
export type MessageMoves = ReturnType<typeof createMessageMoves>;

/**
 * Makes an account without tasks. They run in cloud time.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
export function createMessageMoves(cloud: Cloud, queues: Queues) {
  /** The newest first. */
  const tasksOf = new WeakMap<Queue, MoveTask[]>();
  const active = new Set<MoveTask>();

  function end(task: MoveTask, status: 'COMPLETED' | 'CANCELLED' | 'FAILED', reason?: FailureReason): void {
    task.status = status;
    task.failureReason = reason;
    active.delete(task);
  }

  /** Moves what is due, and comes again until the task is over. */
  function step(task: MoveTask): void {
    if (task.status === 'CANCELLING') end(task, 'CANCELLED');
    else if (!exists(task.source)) end(task, 'FAILED', 'AWS.SimpleQueueService.NonExistentQueue');
    else {
      const many = task.rate === undefined ? OWN_RATE : 1;
      for (let count = 0; count < many && task.status === 'RUNNING'; count++) moveNext(task);
    }
    if (task.status !== 'RUNNING') return;
    cloud.clock.schedule(cloud.clock.now() + 1000 / (task.rate ?? 1), 'work', () => step(task));
  }

  function moveNext(task: MoveTask): void {
    if (task.moved >= task.toMove) {
      end(task, 'COMPLETED');
      return;
    }
    let reason: FailureReason | undefined;
    let target: Queue | undefined;
    const message = task.source.store.takeOut((next) => {
      target = task.destination ?? queues.findByArn(next.content.deadLetterSourceArn ?? '');
      if (target && exists(target)) return true;
      const unknown = !task.destination && next.content.deadLetterSourceArn === undefined;
      reason = unknown ? 'CouldNotDetermineMessageSource' : 'AWS.SimpleQueueService.NonExistentQueue';
      return false;
    });
    if (reason) end(task, 'FAILED', reason);
    // Somebody else has received, deleted or purged the rest.
    else if (!message || !target) end(task, 'COMPLETED');
    else {
      deliver(task.source, target, message);
      task.moved++;
      if (task.moved >= task.toMove) end(task, 'COMPLETED');
    }
  }

  /** It is a new message: with an id and a time of sending of its own, and never received. */
  function deliver(source: Queue, target: Queue, { content }: StoredMessage): void {
    const id = cloud.uuid();
    const { deadLetterSourceArn: _left, ...sent } = content;
    const moved = { ...sent, ...placeIn(target), id, sentAt: cloud.clock.now() };
    target.store.add(moved, target.settings.delayMs);
    cloud.journal.record({ type: 'delivery', from: source.arn, to: target.arn, messageIds: [id] });
    target.store.arrived();
  }

  function exists(queue: Queue): boolean {
    return queues.find(queue.name) === queue;
  }

  return {
    start(source: Queue, destination: Queue | undefined, rate: number | undefined): MoveTask {
      const startedAt = cloud.clock.now();
      const toMove = source.store.counts().visible;
      const task: MoveTask = {
        ...{ id: cloud.uuid(), source, destination, rate, startedAt, toMove },
        moved: 0,
        status: 'RUNNING',
      };
      tasksOf.set(source, [task, ...(tasksOf.get(source) ?? [])].slice(0, REMEMBERED));
      active.add(task);
      cloud.clock.schedule(startedAt, 'work', () => step(task));
      return task;
    },
    /** Lets a running task end before its next message. */
    cancel(task: MoveTask): void {
      task.status = 'CANCELLING';
    },
    /** The last tasks of a queue, the newest first. */
    of: (source: Queue): readonly MoveTask[] => tasksOf.get(source) ?? [],
    isActive: (task: MoveTask): boolean => active.has(task),
    activeCount: (): number => active.size,
  };
}
