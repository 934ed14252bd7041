import { arnOf, type Cloud, type Permission } from '../../service.ts';
import { missingParameter } from './errors.ts';
import { queueOfArn, sourceArnOfHandle } from './message-move-operations.ts';
import type { Queue, Queues } from './queues.ts';

interface NamesQueue {
  QueueUrl: string | undefined;
}

/**
 * What each operation needs. Batches need the permission of the single operation.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
 */
export function createPermissions(cloud: Cloud, queues: Queues) {
  const onQueue = (operation: string) => {
    const action = `sqs:${operation}`;
    return ({ QueueUrl }: NamesQueue): readonly Permission[] => {
      const { arn, settings } = queues.resolve(QueueUrl);
      return [{ action, resource: arn, resourcePolicy: settings.policy }];
    };
  };
  const on = ({ arn, settings }: Queue, ...operations: readonly string[]): readonly Permission[] =>
    operations.map((operation) => ({
      action: `sqs:${operation}`,
      resource: arn,
      resourcePolicy: settings.policy,
    }));
  return {
    CreateQueue: ({ QueueName, tags }: { QueueName: string | undefined; tags?: Record<string, string> }) => {
      if (!QueueName) throw missingParameter('QueueName');
      const resource = arnOf(cloud, 'sqs', QueueName);
      const actions = tags && Object.keys(tags).length > 0 ? ['CreateQueue', 'TagQueue'] : ['CreateQueue'];
      return actions.map((action) => ({ action: `sqs:${action}`, resource }));
    },
    GetQueueUrl: ({ QueueName }: { QueueName: string | undefined }): readonly Permission[] => {
      if (!QueueName) throw missingParameter('QueueName');
      return [
        {
          action: 'sqs:GetQueueUrl',
          resource: arnOf(cloud, 'sqs', QueueName),
          resourcePolicy: queues.find(QueueName)?.settings.policy,
        },
      ];
    },
    ListQueues: (): readonly Permission[] => [{ action: 'sqs:ListQueues', resource: '*' }],
    ListDeadLetterSourceQueues: onQueue('ListDeadLetterSourceQueues'),
    DeleteQueue: onQueue('DeleteQueue'),
    PurgeQueue: onQueue('PurgeQueue'),
    GetQueueAttributes: onQueue('GetQueueAttributes'),
    SetQueueAttributes: onQueue('SetQueueAttributes'),
    SendMessage: onQueue('SendMessage'),
    SendMessageBatch: onQueue('SendMessage'),
    ReceiveMessage: onQueue('ReceiveMessage'),
    DeleteMessage: onQueue('DeleteMessage'),
    DeleteMessageBatch: onQueue('DeleteMessage'),
    ChangeMessageVisibility: onQueue('ChangeMessageVisibility'),
    ChangeMessageVisibilityBatch: onQueue('ChangeMessageVisibility'),
    TagQueue: onQueue('TagQueue'),
    UntagQueue: onQueue('UntagQueue'),
    ListQueueTags: onQueue('ListQueueTags'),
    AddPermission: onQueue('AddPermission'),
    // Moving messages is receiving, sending and deleting them.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-dlq-redrive.html
    StartMessageMoveTask: ({
      SourceArn,
      DestinationArn,
    }: {
      SourceArn: string | undefined;
      DestinationArn?: string;
    }): readonly Permission[] => {
      const source = queueOfArn(queues, SourceArn, 'SourceArn');
      const targets =
        DestinationArn === undefined
          ? queues.sourcesOf(source)
          : [queueOfArn(queues, DestinationArn, 'DestinationArn')];
      return [
        ...on(source, 'StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'),
        ...targets.flatMap((target) => on(target, 'SendMessage')),
      ];
    },
    CancelMessageMoveTask: ({ TaskHandle }: { TaskHandle: string | undefined }): readonly Permission[] => {
      const source = queueOfArn(queues, sourceArnOfHandle(TaskHandle), 'SourceArn');
      return on(source, 'CancelMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes');
    },
    ListMessageMoveTasks: ({ SourceArn }: { SourceArn: string | undefined }): readonly Permission[] =>
      on(queueOfArn(queues, SourceArn, 'SourceArn'), 'ListMessageMoveTasks', 'GetQueueAttributes'),
    RemovePermission: onQueue('RemovePermission'),
  };
}
