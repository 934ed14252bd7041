import type {
  CancelMessageMoveTaskRequest,
  CancelMessageMoveTaskResult,
  ListMessageMoveTasksRequest,
  ListMessageMoveTasksResult,
  ListMessageMoveTasksResultEntry,
  StartMessageMoveTaskRequest,
  StartMessageMoveTaskResult,
} from '@aws-sdk/client-sqs';
import { AwsError } from '../../errors.ts';
import type { Billing } from './billing.ts';
import { invalidParameterValue, invalidValue, missingParameter } from './errors.ts';
import type { MessageMoves, MoveTask } from './message-moves.ts';
import type { Queue, Queues } from './queues.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
const HIGHEST_RATE = 500;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MOST_ACTIVE_TASKS = 100;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html */
const MOST_RESULTS = 10;

export function createMessageMoveOperations(queues: Queues, moves: MessageMoves, bill: Billing) {
  /** The task of a handle, and its queue. */
  function resolveTask(handle: string | undefined): MoveTask {
    if (!handle) throw missingParameter('TaskHandle');
    const { taskId, sourceArn } = readHandle(handle);
    const source = queueOfArn(queues, sourceArn, 'SourceArn');
    const task = moves.of(source).find(({ id }) => id === taskId);
    if (!task) throw notFound('Task does not exist.');
    return task;
  }

  return {
    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
    StartMessageMoveTask(input: StartMessageMoveTaskRequest): StartMessageMoveTaskResult {
      const { DestinationArn, MaxNumberOfMessagesPerSecond: rate } = input;
      const source = queueOfArn(queues, input.SourceArn, 'SourceArn');
      if (queues.sourcesOf(source).length === 0) {
        throw invalidParameterValue('Source queue must be configured as a Dead Letter Queue.');
      }
      const destination =
        DestinationArn === undefined ? undefined : queueOfArn(queues, DestinationArn, 'DestinationArn');
      if (destination === source) throw unsupported('Source and destination queues cannot be the same.');
      if (destination && destination.isFifo !== source.isFifo) {
        throw unsupported('Source and destination queues must be of the same type.');
      }
      if (rate !== undefined && (rate < 1 || rate > HIGHEST_RATE)) {
        const reason = `Must be between 1 and ${HIGHEST_RATE}, if provided.`;
        throw invalidValue(rate, 'MaxNumberOfMessagesPerSecond', reason);
      }
      if (moves.of(source).some(moves.isActive)) {
        throw invalidParameterValue(
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      }
      if (moves.activeCount() >= MOST_ACTIVE_TASKS) {
        throw new AwsError(
          'RequestThrottled',
          `This account has ${MOST_ACTIVE_TASKS} active message movement tasks, which is the limit.`,
        );
      }
      bill(source.arn);
      return { TaskHandle: handleOf(moves.start(source, destination, rate)) };
    },

    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CancelMessageMoveTask.html */
    CancelMessageMoveTask({ TaskHandle }: CancelMessageMoveTaskRequest): CancelMessageMoveTaskResult {
      const task = resolveTask(TaskHandle);
      if (task.status !== 'RUNNING') throw unsupported('Only active tasks can be cancelled.');
      moves.cancel(task);
      bill(task.source.arn);
      return { ApproximateNumberOfMessagesMoved: task.moved };
    },

    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html */
    ListMessageMoveTasks(input: ListMessageMoveTasksRequest): ListMessageMoveTasksResult {
      const source = queueOfArn(queues, input.SourceArn, 'SourceArn');
      const { MaxResults = 1 } = input;
      if (MaxResults < 1 || MaxResults > MOST_RESULTS) {
        throw invalidValue(MaxResults, 'MaxResults', `Must be between 1 and ${MOST_RESULTS}, if provided.`);
      }
      bill(source.arn);
      return { Results: moves.of(source).slice(0, MaxResults).map(entryOf) };
    },
  };
}

/**
 * The queue of an ARN.
 * @param parameter that named it
 * @throws MissingParameter, ResourceNotFoundException
 */
export function queueOfArn(queues: Queues, arn: string | undefined, parameter: string): Queue {
  if (!arn) throw missingParameter(parameter);
  const queue = queues.findByArn(arn);
  if (!queue) {
    throw notFound(`The resource that you specified for the ${parameter} parameter doesn't exist.`);
  }
  return queue;
}

/** The queue whose task a handle names, for IAM; the operation itself refuses a handle that names none. */
export function sourceArnOfHandle(handle: string | undefined): string {
  if (!handle) throw missingParameter('TaskHandle');
  return readHandle(handle).sourceArn;
}

function handleOf({ id, source }: MoveTask): string {
  return Buffer.from(JSON.stringify({ taskId: id, sourceArn: source.arn })).toString('base64');
}

function readHandle(handle: string): { taskId: string; sourceArn: string } {
  const invalid = () => invalidParameterValue('Value for parameter TaskHandle is invalid.');
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(handle, 'base64').toString('utf8'));
  } catch {
    throw invalid();
  }
  const { taskId, sourceArn } = (content ?? {}) as { taskId?: unknown; sourceArn?: unknown };
  if (typeof taskId !== 'string' || typeof sourceArn !== 'string') throw invalid();
  return { taskId, sourceArn };
}

/** Only a task that runs has a handle: nothing else can be done with one. */
function entryOf(task: MoveTask): ListMessageMoveTasksResultEntry {
  const { source, destination, rate, failureReason } = task;
  return {
    ...(task.status === 'RUNNING' && { TaskHandle: handleOf(task) }),
    Status: task.status,
    SourceArn: source.arn,
    ...(destination && { DestinationArn: destination.arn }),
    ...(rate !== undefined && { MaxNumberOfMessagesPerSecond: rate }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(failureReason && { FailureReason: failureReason }),
    StartedTimestamp: Math.floor(task.startedAt),
  };
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, { status: 404 });
}

function unsupported(message: string): AwsError {
  return new AwsError('UnsupportedOperation', message);
}
