import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { median, type Row, timesOf } from './measure.ts';

const ROUNDS = 9;
const OPERATIONS = 200;
/** What the SDK can reach: with enough calls under way, its own processor time is the limit, not the way there and back. */
const AT_ONCE = 16;

/** SQS and DynamoDB over the wire, against the same calls to a stub that answers the same bytes at once. */
export async function wireRows(): Promise<Row[]> {
  const account = await startServer('wire-account.ts');
  const stub = await startServer('wire-stub.ts');
  try {
    const sqs = [await sqsRound(account.url), await sqsRound(stub.url)] as const;
    const dynamo = [await dynamoRound(account.url), await dynamoRound(stub.url)] as const;
    return [
      await compare(`SQS: send, receive, delete, ${AT_ONCE} at once`, sqs, AT_ONCE, 0.95),
      await compare(`DynamoDB: put, get, ${AT_ONCE} at once`, dynamo, AT_ONCE, 0.95),
      await compare('SQS: send, receive, delete, one at a time', sqs, 1),
      await compare('DynamoDB: put, get, one at a time', dynamo, 1),
    ];
  } finally {
    account.process.kill();
    stub.process.kill();
  }
}

type OneRound = () => Promise<void>;

/** Rates of both, taken in turn so that a machine that slows down slows both. */
async function compare(
  what: string,
  [ours, stub]: readonly [OneRound, OneRound],
  atOnce: number,
  atLeast?: number,
): Promise<Row> {
  const ratios: number[] = [];
  const rates: number[] = [];
  await runMany(ours, atOnce);
  await runMany(stub, atOnce);
  for (let round = 0; round < ROUNDS; round++) {
    const [mine = 0] = await timesOf(1, () => runMany(ours, atOnce));
    const [theirs = 0] = await timesOf(1, () => runMany(stub, atOnce));
    ratios.push(theirs / mine);
    rates.push((OPERATIONS / mine) * 1000);
  }
  const ratio = median(ratios);
  return {
    what,
    median: `${median(rates).toFixed(0)} rounds/s`,
    range: `${Math.min(...rates).toFixed(0)} – ${Math.max(...rates).toFixed(0)}`,
    against: `${ratio.toFixed(2)} × a bare stub`,
    ...(atLeast !== undefined && { budget: `≥ ${atLeast} ×`, within: ratio >= atLeast }),
  };
}

async function runMany(oneRound: OneRound, atOnce: number): Promise<void> {
  let left = OPERATIONS;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await oneRound();
    }),
  );
}

async function sqsRound(endpoint: string): Promise<OneRound> {
  const client = new SQSClient(clientOptions(endpoint));
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'bench' }));
  return async () => {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"orderId":"A-1"}' }));
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
  };
}

async function dynamoRound(endpoint: string): Promise<OneRound> {
  const client = new DynamoDBClient(clientOptions(endpoint));
  await client.send(
    new CreateTableCommand({
      TableName: 'bench',
      KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'orderId', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  return async () => {
    await client.send(
      new PutItemCommand({ TableName: 'bench', Item: { orderId: { S: 'A-1' }, totalCents: { N: '1998' } } }),
    );
    await client.send(new GetItemCommand({ TableName: 'bench', Key: { orderId: { S: 'A-1' } } }));
  };
}

function clientOptions(endpoint: string) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' } };
}

async function startServer(file: string): Promise<{ url: string; process: ChildProcess }> {
  const child = fork(join(import.meta.dirname, file), { execArgv: ['--import', 'tsx'] });
  const [url] = (await once(child, 'message')) as [string];
  return { url, process: child };
}
