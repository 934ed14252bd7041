import { readdirSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Account, createAccount } from '../../local-cloud/account.ts';
import type { Call } from '../../local-cloud/service.ts';

/**
 * An account with much in it. Memory per item has a bound, and an operation costs as much when there are many items
 * as when there are few. Cost is processor time of this process (of all its threads), the middle of many batches, so
 * that what else the machine does does not count.
 */
let account: Account;
let call: Call;

beforeEach(async () => {
  account = createAccount({ clock: 'warp' });
  call = account.call();
  await account.listen();
});

afterEach(() => account.close());

/** A ratio of costs that only growth with what is stored exceeds: 100 times as many items, less than 4 times the cost. */
const LARGEST_RATIO = 4;

interface Kind {
  few: number;
  many: number;
  /** Heap for each item and its call in the journal, at most: at least twice what was measured. */
  bytesPerItem: number;
  /** Stores the item of this number. */
  store(index: number): Promise<unknown>;
  /** What is measured: operations on an account in which `stored` items are. */
  operations: Readonly<Record<string, (stored: number) => Promise<unknown>>>;
}

describe('with much in it, an account keeps its cost per operation and its memory per item', () => {
  test('100,000 messages', async () => {
    const { sqs } = account.services;
    const { QueueUrl } = await sqs.CreateQueue({ QueueName: 'orders' }, call);
    await holds({
      few: 1000,
      many: 100_000,
      bytesPerItem: 2500,
      store: (index) => sqs.SendMessage({ QueueUrl, MessageBody: `order ${index}` }, call),
      operations: {
        'send, receive and delete': async () => {
          await sqs.SendMessage({ QueueUrl, MessageBody: 'one more' }, call);
          const { Messages } = await sqs.ReceiveMessage({ QueueUrl, VisibilityTimeout: 600 }, call);
          const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
          await sqs.ChangeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 900 }, call);
          await sqs.DeleteMessage({ QueueUrl, ReceiptHandle }, call);
        },
        'count the messages': () =>
          sqs.GetQueueAttributes({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }, call),
      },
    });
  });

  test('100,000 messages of a FIFO queue, in 1,000 groups', async () => {
    const { sqs } = account.services;
    const { QueueUrl } = await sqs.CreateQueue(
      { QueueName: 'orders.fifo', Attributes: { FifoQueue: 'true' } },
      call,
    );
    let sent = 0;
    const send = () => {
      const index = sent++;
      const ids = { MessageGroupId: `g${index % 1000}`, MessageDeduplicationId: `d${index}` };
      return sqs.SendMessage({ QueueUrl, MessageBody: 'order', ...ids }, call);
    };
    await holds({
      few: 1000,
      many: 100_000,
      bytesPerItem: 3500,
      store: send,
      operations: {
        'send, receive and delete': async () => {
          await send();
          const { Messages } = await sqs.ReceiveMessage({ QueueUrl, VisibilityTimeout: 600 }, call);
          await sqs.DeleteMessage({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }, call);
        },
      },
    });
  });

  test('100,000 items', async () => {
    const { dynamodb } = account.services;
    const TableName = 'orders';
    await dynamodb.CreateTable(
      {
        TableName,
        KeySchema: [
          { AttributeName: 'customer', KeyType: 'HASH' },
          { AttributeName: 'order', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'customer', AttributeType: 'S' },
          { AttributeName: 'order', AttributeType: 'S' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
      },
      call,
    );
    // One customer has all: partition and table are then equally long.
    const keyOf = (index: number) => ({
      customer: { S: 'c' },
      order: { S: String(index * 7919).padStart(12, '0') },
    });
    await holds({
      few: 1000,
      many: 100_000,
      bytesPerItem: 3000,
      store: (index) => dynamodb.PutItem({ TableName, Item: { ...keyOf(index), total: { N: '1' } } }, call),
      operations: {
        'put and get': async (stored) => {
          await dynamodb.PutItem({ TableName, Item: { ...keyOf(stored >> 1), total: { N: '2' } } }, call);
          await dynamodb.GetItem({ TableName, Key: keyOf(stored >> 1) }, call);
        },
        'query ten in the middle': (stored) =>
          dynamodb.Query(
            {
              TableName,
              KeyConditionExpression: 'customer = :c AND #o > :o',
              ExpressionAttributeNames: { '#o': 'order' },
              ExpressionAttributeValues: { ':c': { S: 'c' }, ':o': keyOf(stored >> 1).order },
              Limit: 10,
            },
            call,
          ),
        describe: () => dynamodb.DescribeTable({ TableName }, call),
      },
    });
  });

  test('10,000 objects', async () => {
    const { s3 } = account.services;
    const Bucket = 'orders-of-the-shop';
    await s3.CreateBucket({ Bucket }, call);
    const keyOf = (index: number) => `orders/${String(index * 7919).padStart(12, '0')}.json`;
    await holds({
      few: 500,
      many: 10_000,
      bytesPerItem: 6000,
      store: (index) => s3.PutObject({ Bucket, Key: keyOf(index), Body: '{"total":1}' }, call),
      operations: {
        'put and read the head': async (stored) => {
          await s3.PutObject({ Bucket, Key: keyOf(stored >> 1), Body: '{"total":2}' }, call);
          await s3.HeadObject({ Bucket, Key: keyOf(stored >> 1) }, call);
        },
        'list ten from the middle': (stored) =>
          s3.ListObjectsV2({ Bucket, StartAfter: keyOf(stored >> 1), MaxKeys: 10 }, call),
      },
    });
  });

  test('10,000 log events', async () => {
    const { logs } = account.services;
    const names = { logGroupName: 'orders', logStreamName: 'one' };
    await logs.CreateLogGroup(names, call);
    await logs.CreateLogStream(names, call);
    const put = (index: number) =>
      logs.PutLogEvents(
        { ...names, logEvents: [{ timestamp: account.cloud.clock.now(), message: `line ${index}` }] },
        call,
      );
    await holds({
      few: 500,
      many: 10_000,
      bytesPerItem: 3500,
      store: put,
      operations: {
        'put an event': put,
        'read the last ten': () => logs.GetLogEvents({ ...names, limit: 10 }, call),
      },
    });
  });

  test('1,000 functions, of which none is started', async () => {
    const { lambda, iam } = account.services;
    const Principal = { Service: 'lambda.amazonaws.com' };
    const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    const { Role } = await iam.CreateRole({ RoleName: 'worker', AssumeRolePolicyDocument }, call);
    const ZipFile = zipSync({ 'index.mjs': Buffer.from('export const handler = async () => 1;') });
    const settings = {
      Role: Role?.Arn,
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Code: { ZipFile },
    } as const;
    await holds({
      few: 50,
      many: 1000,
      bytesPerItem: 30_000,
      store: (index) => lambda.CreateFunction({ FunctionName: `f${index}`, ...settings }, call),
      operations: {
        'read a function': (stored) =>
          lambda.GetFunctionConfiguration({ FunctionName: `f${stored >> 1}` }, call),
        'change a function': (stored) =>
          lambda.UpdateFunctionConfiguration({ FunctionName: `f${stored >> 1}`, Timeout: 5 }, call),
      },
    });
    expect(childProcesses()).toEqual([]);
  });
});

test('closing an account leaves no process behind', async () => {
  const { lambda, iam } = account.services;
  const Statement = [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
  ];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const { Role } = await iam.CreateRole({ RoleName: 'worker', AssumeRolePolicyDocument }, call);
  const ZipFile = zipSync({ 'index.mjs': Buffer.from('export const handler = async () => process.pid;') });
  for (const FunctionName of ['one', 'two', 'three']) {
    await lambda.CreateFunction(
      { FunctionName, Role: Role?.Arn, Runtime: 'nodejs20.x', Handler: 'index.handler', Code: { ZipFile } },
      call,
    );
    await lambda.Invoke({ FunctionName }, call);
  }
  // One process more may be kept ready.
  expect(childProcesses().length).toBeGreaterThanOrEqual(3);
  await account.close();
  expect(childProcesses()).toEqual([]);
});

/** Stores a few items, measures, stores many, measures again, and compares. */
async function holds({ few, many, bytesPerItem, store, operations }: Kind): Promise<void> {
  let stored = 0;
  const fill = async (count: number) => {
    while (stored < count) await store(stored++);
  };
  await fill(few);
  const costs = new Map<string, number>();
  // Once for the compiler's sake: code that has run often is faster.
  for (const operation of Object.values(operations)) await costOf(() => operation(few));
  for (const [name, operation] of Object.entries(operations))
    costs.set(name, await costOf(() => operation(few)));
  const heapBefore = heapInUse();
  await fill(many);
  const growth = (heapInUse() - heapBefore) / (many - few);
  if (process.env.SCALE_REPORT) process.stderr.write(`${growth.toFixed(0)} bytes an item\n`);
  expect(growth, 'bytes of heap for each item').toBeLessThan(bytesPerItem);
  for (const [name, operation] of Object.entries(operations)) {
    const ratio = (await costOf(() => operation(many))) / (costs.get(name) as number);
    if (process.env.SCALE_REPORT)
      process.stderr.write(`${name}: ${ratio.toFixed(2)} (${costs.get(name)} ms)\n`);
    expect(ratio, `${name}: cost with ${many} items against ${few}`).toBeLessThan(LARGEST_RATIO);
  }
}

/** Processor time of one operation in milliseconds: the middle of many batches. */
async function costOf(operation: () => Promise<unknown>): Promise<number> {
  const batches: number[] = [];
  for (let batch = 0; batch < 31; batch++) {
    const before = process.cpuUsage();
    for (let index = 0; index < 10; index++) await operation();
    const { user, system } = process.cpuUsage(before);
    batches.push((user + system) / 10_000);
  }
  return batches.sort((a, b) => a - b)[batches.length >> 1] as number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapInUse(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/**
 * What this process has started and still lives; but for the watchdog of services/lambda/watchdog.ts, of which there is
 * one for all accounts and which ends with this process.
 */
function childProcesses(): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(parent) !== process.pid || state === 'Z') return false;
      return !readFileSync(`/proc/${name}/cmdline`, 'utf8').startsWith('/bin/sh');
    } catch {
      return false;
    }
  });
}
