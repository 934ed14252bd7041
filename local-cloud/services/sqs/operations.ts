import type {
  AddPermissionRequest,
  CancelMessageMoveTaskRequest,
  CancelMessageMoveTaskResult,
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityBatchResult,
  ChangeMessageVisibilityRequest,
  CreateQueueRequest,
  CreateQueueResult,
  DeleteMessageBatchRequest,
  DeleteMessageBatchResult,
  DeleteMessageRequest,
  DeleteQueueRequest,
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  GetQueueUrlRequest,
  GetQueueUrlResult,
  ListDeadLetterSourceQueuesRequest,
  ListDeadLetterSourceQueuesResult,
  ListMessageMoveTasksRequest,
  ListMessageMoveTasksResult,
  ListQueuesRequest,
  ListQueuesResult,
  ListQueueTagsRequest,
  ListQueueTagsResult,
  PurgeQueueRequest,
  ReceiveMessageRequest,
  ReceiveMessageResult,
  RemovePermissionRequest,
  SendMessageBatchRequest,
  SendMessageBatchResult,
  SendMessageRequest,
  SendMessageResult,
  SetQueueAttributesRequest,
  StartMessageMoveTaskRequest,
  StartMessageMoveTaskResult,
  TagQueueRequest,
  UntagQueueRequest,
} from '@aws-sdk/client-sqs';
import type { Call } from '../../service.ts';

/** The operations, each as AWS names it and as the SDK's client types it. */
export type SqsOperations = {
  AddPermission(input: AddPermissionRequest, call: Call): void | Promise<void>;
  CancelMessageMoveTask(
    input: CancelMessageMoveTaskRequest,
    call: Call,
  ): CancelMessageMoveTaskResult | Promise<CancelMessageMoveTaskResult>;
  ChangeMessageVisibility(input: ChangeMessageVisibilityRequest, call: Call): void | Promise<void>;
  ChangeMessageVisibilityBatch(
    input: ChangeMessageVisibilityBatchRequest,
    call: Call,
  ): ChangeMessageVisibilityBatchResult | Promise<ChangeMessageVisibilityBatchResult>;
  CreateQueue(input: CreateQueueRequest, call: Call): CreateQueueResult | Promise<CreateQueueResult>;
  DeleteMessage(input: DeleteMessageRequest, call: Call): void | Promise<void>;
  DeleteMessageBatch(
    input: DeleteMessageBatchRequest,
    call: Call,
  ): DeleteMessageBatchResult | Promise<DeleteMessageBatchResult>;
  DeleteQueue(input: DeleteQueueRequest, call: Call): void | Promise<void>;
  GetQueueAttributes(
    input: GetQueueAttributesRequest,
    call: Call,
  ): GetQueueAttributesResult | Promise<GetQueueAttributesResult>;
  GetQueueUrl(input: GetQueueUrlRequest, call: Call): GetQueueUrlResult | Promise<GetQueueUrlResult>;
  ListDeadLetterSourceQueues(
    input: ListDeadLetterSourceQueuesRequest,
    call: Call,
  ): ListDeadLetterSourceQueuesResult | Promise<ListDeadLetterSourceQueuesResult>;
  ListMessageMoveTasks(
    input: ListMessageMoveTasksRequest,
    call: Call,
  ): ListMessageMoveTasksResult | Promise<ListMessageMoveTasksResult>;
  ListQueueTags(input: ListQueueTagsRequest, call: Call): ListQueueTagsResult | Promise<ListQueueTagsResult>;
  ListQueues(input: ListQueuesRequest, call: Call): ListQueuesResult | Promise<ListQueuesResult>;
  PurgeQueue(input: PurgeQueueRequest, call: Call): void | Promise<void>;
  ReceiveMessage(
    input: ReceiveMessageRequest,
    call: Call,
  ): ReceiveMessageResult | Promise<ReceiveMessageResult>;
  RemovePermission(input: RemovePermissionRequest, call: Call): void | Promise<void>;
  SendMessage(input: SendMessageRequest, call: Call): SendMessageResult | Promise<SendMessageResult>;
  SendMessageBatch(
    input: SendMessageBatchRequest,
    call: Call,
  ): SendMessageBatchResult | Promise<SendMessageBatchResult>;
  SetQueueAttributes(input: SetQueueAttributesRequest, call: Call): void | Promise<void>;
  StartMessageMoveTask(
    input: StartMessageMoveTaskRequest,
    call: Call,
  ): StartMessageMoveTaskResult | Promise<StartMessageMoveTaskResult>;
  TagQueue(input: TagQueueRequest, call: Call): void | Promise<void>;
  UntagQueue(input: UntagQueueRequest, call: Call): void | Promise<void>;
};
