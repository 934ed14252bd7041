import type { Cloud, Service } from '../../service.ts';
import { createBilling } from './billing.ts';
import { createMessageMoveOperations } from './message-move-operations.ts';
import { createMessageMoves } from './message-moves.ts';
import type { SqsOperations } from './operations.ts';
import { createPermissions } from './permissions.ts';
import { createPolicyOperations } from './policy-operations.ts';
import { createQueueOperations } from './queue-operations.ts';
import { createQueues } from './queues.ts';
import { createReceiveOperations } from './receive-operations.ts';
import { createSendOperations } from './send-operations.ts';
import { createTagOperations } from './tags.ts';

export type { SqsOperations } from './operations.ts';

/** What a queue holds now, and since when (epoch milliseconds; absent when it is empty). */
export interface QueueDepth {
  name: string;
  visible: number;
  inFlight: number;
  delayed: number;
  oldestSince?: number;
}

/**
 * Makes the account's SQS: standard and FIFO queues.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html
 */
export function createSqs(cloud: Cloud): Service<SqsOperations> & { depths(): readonly QueueDepth[] } {
  const queues = createQueues(cloud);
  const bill = createBilling(cloud);
  const moves = createMessageMoves(cloud, queues);
  return {
    name: 'sqs',
    operations: {
      ...createQueueOperations(cloud, queues, bill),
      ...createSendOperations(cloud, queues, bill),
      ...createReceiveOperations(cloud, queues, bill),
      ...createMessageMoveOperations(queues, moves, bill),
      ...createTagOperations(queues, bill),
      ...createPolicyOperations(cloud, queues, bill),
    },
    permissions: createPermissions(cloud, queues),
    accessDenied: { code: 'AccessDenied', status: 403 },
    stop: async () => {
      for (const queue of queues.all()) queue.store.close();
    },
    depths: () =>
      queues.all().map(({ name, store }) => ({ name, ...store.counts(), oldestSince: store.oldestSince() })),
  };
}
