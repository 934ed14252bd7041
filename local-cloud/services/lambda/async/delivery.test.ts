import type { DestinationConfig } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { collect } from '../../s3/contents.ts';
import { testAsync } from './testing.ts';

type Account = Awaited<ReturnType<typeof testAsync>>;

/** Gives the function destinations, and lets it fail once only. */
async function configure(account: Account, DestinationConfig: DestinationConfig, Qualifier?: string) {
  await account.lambda.PutFunctionEventInvokeConfig(
    { FunctionName: 'orders', Qualifier, MaximumRetryAttempts: 0, DestinationConfig },
    account.call(),
  );
}

async function addDeadLetterQueue(account: Account): Promise<string> {
  const queue = await account.queue('dead-letters');
  await account.lambda.UpdateFunctionConfiguration(
    { FunctionName: 'orders', DeadLetterConfig: { TargetArn: queue } },
    account.call(),
  );
  return queue;
}

describe('a record in a queue', () => {
  it('of a success has the event, the answer and how it came about', async () => {
    await using account = await testAsync();
    const queue = await account.queue('done');
    await configure(account, { OnSuccess: { Destination: queue } });
    const requestId = await account.send({ orderId: 'o-1' });
    await account.wait();
    expect(await account.records(queue)).toEqual([
      {
        version: '1.0',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        requestContext: {
          requestId,
          functionArn: account.arn('orders:$LATEST'),
          condition: 'Success',
          approximateInvokeCount: 1,
        },
        requestPayload: { orderId: 'o-1' },
        responseContext: { statusCode: 200, executedVersion: '$LATEST' },
        responsePayload: { orderId: 'o-1' },
      },
    ]);
    expect(account.journal('delivery')).toMatchObject([
      { from: account.arn('orders:$LATEST'), to: queue, messageIds: [requestId] },
    ]);
  });

  it('of a failure has the error and the number of attempts', async () => {
    await using account = await testAsync();
    const queue = await account.queue('failed');
    await account.lambda.PutFunctionEventInvokeConfig(
      { FunctionName: 'orders', DestinationConfig: { OnFailure: { Destination: queue } } },
      account.call(),
    );
    await account.send({ orderId: 'o-1', failures: 9 });
    await account.wait(600);
    expect(await account.records(queue)).toMatchObject([
      {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { orderId: 'o-1' },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorType: 'Error', errorMessage: 'Out of stock' },
      },
    ]);
  });

  it('of an event that was throttled to the end has no answer', async () => {
    await using account = await testAsync();
    const queue = await account.queue('failed');
    await configure(account, { OnFailure: { Destination: queue } });
    await account.lambda.PutFunctionConcurrency(
      { FunctionName: 'orders', ReservedConcurrentExecutions: 1 },
      account.call(),
    );
    account.faults.occupy('orders', 1);
    await account.send({ orderId: 'o-1' });
    await account.wait(6 * 3600);
    const [record] = await account.records(queue);
    expect(record).toMatchObject({
      requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 0 },
    });
    expect(record).not.toHaveProperty('responseContext');
    expect(record).not.toHaveProperty('responsePayload');
  });

  it('names the alias that was invoked, and the version that ran', async () => {
    await using account = await testAsync();
    const queue = await account.queue('done');
    await account.lambda.PublishVersion({ FunctionName: 'orders' }, account.call());
    await account.lambda.CreateAlias(
      { FunctionName: 'orders', Name: 'live', FunctionVersion: '1' },
      account.call(),
    );
    await configure(account, { OnSuccess: { Destination: queue } }, 'live');
    await account.send({}, { Qualifier: 'live' });
    await account.send({});
    await account.wait();
    expect(await account.records(queue)).toMatchObject([
      {
        requestContext: { functionArn: account.arn('orders:live') },
        responseContext: { executedVersion: '1' },
      },
    ]);
  });

  it('is written for the outcome that was asked for only', async () => {
    await using account = await testAsync();
    const queue = await account.queue('failed');
    await configure(account, { OnFailure: { Destination: queue } });
    await account.send({});
    await account.wait();
    expect(await account.records(queue)).toEqual([]);
  });

  it('is not written for a synchronous invocation', async () => {
    await using account = await testAsync();
    const queue = await account.queue('done');
    await configure(account, { OnSuccess: { Destination: queue } });
    await account.invoke('orders', {});
    expect(await account.records(queue)).toEqual([]);
  });
});

describe('a record for another function', () => {
  it('is what that function is invoked with, asynchronously', async () => {
    await using account = await testAsync();
    await account.create(
      'export const handler = async ({ requestContext }) => console.log(requestContext.condition)',
      {
        FunctionName: 'after',
      },
    );
    await configure(account, { OnSuccess: { Destination: account.arn('after') } });
    await account.send({});
    await account.wait();
    expect(account.journal('invocation')).toMatchObject([
      { functionName: 'orders', invocationType: 'Event' },
      { functionName: 'after', invocationType: 'Event' },
    ]);
    expect(account.journal('log').map(({ message }) => message)).toContainEqual(
      expect.stringContaining('Success'),
    );
  });
});

describe('a record on an event bus', () => {
  it.each([
    ['Success', 0, 'OnSuccess'],
    ['Failure', 9, 'OnFailure'],
  ] as const)('of a %s says so in its detail type', async (outcome, failures, member) => {
    await using account = await testAsync();
    const seen = await account.queue('seen');
    const bus = 'arn:aws:events:us-east-1:123456789012:event-bus/default';
    await account.events.PutRule(
      { Name: 'all', EventPattern: JSON.stringify({ source: ['lambda'] }) },
      account.call(),
    );
    await account.events.PutTargets({ Rule: 'all', Targets: [{ Id: 'seen', Arn: seen }] }, account.call());
    await configure(account, { [member]: { Destination: bus } });
    await account.send({ failures });
    await account.wait();
    expect(await account.records(seen)).toMatchObject([
      {
        source: 'lambda',
        'detail-type': `Lambda Function Invocation Result - ${outcome}`,
        resources: [bus, account.arn('orders:$LATEST')],
        detail: { version: '1.0', requestPayload: { failures } },
      },
    ]);
  });
});

describe('a record in a bucket', () => {
  it('is an object named after the function and the time', async () => {
    await using account = await testAsync();
    await account.s3.CreateBucket({ Bucket: 'failed-orders' }, account.call());
    await configure(account, { OnFailure: { Destination: 'arn:aws:s3:::failed-orders' } });
    await account.send({ orderId: 'o-1', failures: 9 });
    await account.wait();
    const { Contents = [] } = await account.s3.ListObjectsV2({ Bucket: 'failed-orders' }, account.call());
    expect(Contents.map(({ Key }) => Key)).toEqual([
      expect.stringMatching(
        /^aws\/lambda\/async\/orders\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
      ),
    ]);
    const { Body } = await account.s3.GetObject(
      { Bucket: 'failed-orders', Key: Contents[0]?.Key },
      account.call(),
    );
    expect(JSON.parse(String(await collect(Body)))).toMatchObject({
      requestContext: { condition: 'RetriesExhausted' },
      requestPayload: { orderId: 'o-1' },
    });
  });
});

describe('a dead-letter queue', () => {
  it('gets the event as it was, with the error in attributes', async () => {
    await using account = await testAsync();
    const queue = await addDeadLetterQueue(account);
    await configure(account, {});
    const requestId = await account.send({ orderId: 'o-1', failures: 9 });
    await account.wait();
    expect(await account.messages(queue)).toMatchObject([
      {
        Body: '{"orderId":"o-1","failures":9}',
        MessageAttributes: {
          RequestID: { DataType: 'String', StringValue: requestId },
          ErrorCode: { DataType: 'Number', StringValue: '200' },
          ErrorMessage: { DataType: 'String', StringValue: 'Out of stock' },
        },
      },
    ]);
  });

  it('gets the first 1 KB of the error message', async () => {
    await using account = await testAsync();
    const queue = await addDeadLetterQueue(account);
    await configure(account, {});
    await account.send({ failures: 9, message: 'ö'.repeat(1000) });
    await account.wait();
    const [message] = await account.messages(queue);
    expect(message?.MessageAttributes?.ErrorMessage?.StringValue).toBe('ö'.repeat(512));
  });

  it('works beside a destination for failures', async () => {
    await using account = await testAsync();
    const queue = await addDeadLetterQueue(account);
    const onFailure = await account.queue('failed');
    await configure(account, { OnFailure: { Destination: onFailure } });
    await account.send({ failures: 9 });
    await account.wait();
    expect([await account.messages(queue), await account.messages(onFailure)]).toMatchObject([[{}], [{}]]);
  });

  it('of the function is that of its versions too', async () => {
    await using account = await testAsync();
    await account.lambda.PublishVersion({ FunctionName: 'orders' }, account.call());
    const queue = await addDeadLetterQueue(account);
    await account.send({ failures: 9 }, { Qualifier: '1' });
    await account.wait(600);
    expect(await account.messages(queue)).toHaveLength(1);
  });

  it('is shown with the function, and taken away with an empty ARN', async () => {
    await using account = await testAsync();
    const queue = await addDeadLetterQueue(account);
    const config = () => account.lambda.GetFunctionConfiguration({ FunctionName: 'orders' }, account.call());
    expect(await config()).toMatchObject({ DeadLetterConfig: { TargetArn: queue } });
    await account.lambda.UpdateFunctionConfiguration(
      { FunctionName: 'orders', DeadLetterConfig: { TargetArn: '' } },
      account.call(),
    );
    expect(await config()).not.toHaveProperty('DeadLetterConfig');
  });

  it.each([
    ['arn:aws:sns:us-east-1:123456789012:topic', 'UnsupportedOperation', 'SNS'],
    ['arn:aws:lambda:us-east-1:123456789012:function:other', 'InvalidParameterValueException', 'target ARN'],
    ['dead-letters', 'ValidationException', 'deadLetterConfig.targetArn'],
  ])('cannot be %s', async (TargetArn, name, message) => {
    await using account = await testAsync();
    await expect(
      account.lambda.UpdateFunctionConfiguration(
        { FunctionName: 'orders', DeadLetterConfig: { TargetArn } },
        account.call(),
      ),
    ).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it("needs the permission of the function's role", async () => {
    await using account = await testAsync({ allows: (action) => action !== 'sqs:SendMessage' });
    await expect(addDeadLetterQueue(account)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The provided execution role does not have permissions to call SendMessage on SQS',
    });
  });
});

describe("a permission that the function's role has lost", () => {
  it('loses the record and the dead letter', async () => {
    const denied = new Set<string>();
    await using account = await testAsync({ allows: (action) => !denied.has(action) });
    await addDeadLetterQueue(account);
    await configure(account, { OnFailure: { Destination: await account.queue('failed') } });
    denied.add('sqs:SendMessage');
    const requestId = await account.send({ failures: 9 });
    await account.wait(3600);
    expect(account.notes('dead-letter-error', 'destination-error')).toMatchObject([
      { what: 'dead-letter-error', requestId, reason: 'Not allowed: sqs:SendMessage' },
      { what: 'destination-error', requestId, reason: 'Not allowed: sqs:SendMessage' },
    ]);
    expect(account.journal('denial')).toMatchObject([
      { principal: 'arn:aws:sts::123456789012:assumed-role/worker/orders' },
      { principal: 'arn:aws:sts::123456789012:assumed-role/worker/orders' },
    ]);
  });

  it('a FIFO queue loses the record, since Lambda names no message group', async () => {
    await using account = await testAsync();
    const QueueName = 'done.fifo';
    await account.sqs.CreateQueue({ QueueName, Attributes: { FifoQueue: 'true' } }, account.call());
    await configure(account, {
      OnSuccess: { Destination: `arn:aws:sqs:us-east-1:123456789012:${QueueName}` },
    });
    await account.send({});
    await account.wait();
    expect(account.notes('destination-error')).toMatchObject([
      { reason: expect.stringContaining('MessageGroupId') },
    ]);
  });

  it('a queue that is gone loses them too', async () => {
    await using account = await testAsync();
    await configure(account, {
      OnSuccess: { Destination: 'arn:aws:sqs:us-east-1:123456789012:nowhere' },
    });
    await account.send({});
    await account.wait();
    expect(account.notes('destination-error')).toMatchObject([{ functionName: 'orders' }]);
  });
});
