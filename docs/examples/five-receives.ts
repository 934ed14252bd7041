import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

// Region, credentials and AWS_ENDPOINT_URL come from the environment: this file runs against AWS, too.
const sqs = new SQSClient();
const name = `five-receives-${process.pid}`;

const { QueueUrl: deadLetters } = await sqs.send(new CreateQueueCommand({ QueueName: `${name}-dlq` }));
const { Attributes } = await sqs.send(
  new GetQueueAttributesCommand({ QueueUrl: deadLetters, AttributeNames: ['QueueArn'] }),
);
// region redrive
const redrive = { deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 5 };
const { QueueUrl: queue } = await sqs.send(
  new CreateQueueCommand({ QueueName: name, Attributes: { RedrivePolicy: JSON.stringify(redrive) } }),
);
await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'an order that nobody can read' }));

for (let receive = 1; receive <= 6; receive += 1) {
  // A visibility timeout of 0 gives the message back at once. A worker that fails waits for its queue's timeout.
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queue, VisibilityTimeout: 0, WaitTimeSeconds: 1 }),
  );
  console.log(`receive ${receive}: ${Messages.length} message(s)`);
}
const { Messages = [] } = await sqs.send(
  new ReceiveMessageCommand({ QueueUrl: deadLetters, WaitTimeSeconds: 5 }),
);
console.log(`dead-letter queue: "${Messages[0]?.Body}"`);
// endregion

await sqs.send(new DeleteQueueCommand({ QueueUrl: queue }));
await sqs.send(new DeleteQueueCommand({ QueueUrl: deadLetters }));
