import {
  DeleteObjectsCommand,
  GetBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../errors.ts';
import { testCall, testCloud } from '../../testing.ts';

import { createS3 } from './index.ts';
import { encodeKey } from './listing.ts';
import { policy, s3Account } from './testing.ts';

const Bucket = 'orders';
const QueueArn = 'arn:aws:sqs:us-east-1:123456789012:uploads';

/** An account whose bucket may send to a queue, and what arrives there. */
async function withQueue(options: { allowed?: boolean } = {}) {
  const account = await s3Account();
  const { sqs } = account.account.services;
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: QueueArn,
    Condition: {
      ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::orders' },
      StringEquals: { 'aws:SourceAccount': '123456789012' },
    },
  };
  const Attributes = options.allowed === false ? {} : { Policy: policy([statement]) };
  const { QueueUrl } = await sqs.CreateQueue({ QueueName: 'uploads', Attributes }, account.account.call());
  return {
    ...account,
    configure: (NotificationConfiguration: NotificationConfiguration) =>
      account.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration })),
    async messages(seconds = 2) {
      await account.account.cloud.clock.advance(seconds * 1000);
      const { Messages = [] } = await sqs.ReceiveMessage(
        { QueueUrl, MaxNumberOfMessages: 10 },
        account.account.call(),
      );
      for (const { ReceiptHandle } of Messages) {
        await sqs.DeleteMessage({ QueueUrl, ReceiptHandle }, account.account.call());
      }
      return Messages.map(({ Body = '' }) => JSON.parse(Body));
    },
    [Symbol.asyncDispose]: () => account[Symbol.asyncDispose](),
  };
}

const toQueue = (others: object = {}): NotificationConfiguration => ({
  QueueConfigurations: [{ Id: 'uploads', QueueArn, Events: ['s3:ObjectCreated:*'], ...others }],
});
const filter = (prefix: string, suffix: string) => ({
  Filter: {
    Key: {
      FilterRules: [
        { Name: 'prefix' as const, Value: prefix },
        { Name: 'suffix' as const, Value: suffix },
      ],
    },
  },
});

describe('a notification to a queue', () => {
  it('begins with a test event', async () => {
    await using account = await withQueue();
    await account.configure(toQueue());
    expect(await account.messages()).toMatchObject([
      { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket, RequestId: expect.any(String) },
    ]);
  });

  it("carries one record, in AWS's form", async () => {
    await using account = await withQueue();
    await account.configure(toQueue());
    await account.messages();
    const { ETag, $metadata } = await account.put('uploads/red flower+ü@(1).jpg', 'hello');
    const [{ Records }] = await account.messages();
    expect(Records).toEqual([
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: 'us-east-1',
        eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: expect.any(String) },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': $metadata.requestId, 'x-amz-id-2': expect.any(String) },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'uploads',
          bucket: {
            name: Bucket,
            ownerIdentity: { principalId: expect.any(String) },
            arn: 'arn:aws:s3:::orders',
          },
          object: {
            key: 'uploads/red+flower%2B%C3%BC%40%281%29.jpg',
            size: 5,
            eTag: ETag?.replaceAll('"', ''),
            sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
          },
        },
      },
    ]);
  });

  it('is about the keys that prefix and suffix let through', async () => {
    await using account = await withQueue();
    await account.configure(toQueue(filter('in/', '.ndjson')));
    await account.messages();
    for (const key of ['in/a.ndjson', 'in/a.json', 'out/a.ndjson']) await account.put(key);
    const messages = await account.messages();
    expect(messages.map(({ Records }) => Records[0].s3.object.key)).toEqual(['in/a.ndjson']);
  });

  it('comes for each deleted key, without size and ETag', async () => {
    await using account = await withQueue();
    await account.configure(toQueue({ Events: ['s3:ObjectRemoved:Delete'] }));
    await account.messages();
    await account.put('a');
    await account.put('b');
    const Objects = [{ Key: 'a' }, { Key: 'b' }];
    await account.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    const records = (await account.messages()).map(({ Records }) => Records[0]);
    expect(records.map(({ s3 }) => s3.object)).toEqual([
      { key: 'a', sequencer: expect.any(String) },
      { key: 'b', sequencer: expect.any(String) },
    ]);
  });

  it('has greater sequencers for later writes of a key', async () => {
    await using account = await withQueue();
    await account.configure(toQueue());
    await account.messages();
    await account.put('a', '1');
    await account.put('a', '2');
    const messages = await account.messages();
    const [first, second] = messages.map(({ Records }) => Records[0].s3.object.sequencer);
    expect(second > first).toBe(true);
  });

  it('names the version and the delete marker in a versioned bucket', async () => {
    await using account = await withQueue();
    await account.enableVersioning();
    await account.configure(toQueue({ Events: ['s3:ObjectRemoved:*', 's3:ObjectCreated:*'] }));
    await account.messages();
    const { VersionId } = await account.put('a');
    await account.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }] } }));
    const records = (await account.messages()).map(({ Records }) => Records[0]);
    expect(records).toMatchObject([
      { eventName: 'ObjectCreated:Put', s3: { object: { versionId: VersionId } } },
      { eventName: 'ObjectRemoved:DeleteMarkerCreated', s3: { object: { versionId: expect.any(String) } } },
    ]);
  });
});

describe('a notification of tags', () => {
  it('has neither size nor sequencer, and another version', async () => {
    await using account = await withQueue();
    const { ETag } = await account.put('a');
    await account.configure(toQueue({ Events: ['s3:ObjectTagging:*'] }));
    await account.messages();
    const TagSet = [{ Key: 'team', Value: 'orders' }];
    await account.s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging: { TagSet } }));
    const [{ Records }] = await account.messages();
    expect(Records[0]).toMatchObject({ eventName: 'ObjectTagging:Put', eventVersion: '2.3' });
    expect(Records[0].s3.object).toEqual({ key: 'a', eTag: ETag?.replaceAll('"', '') });
  });
});

describe('a notification configuration', () => {
  it('is answered with the names of rules as S3 writes them, and taken away by an empty one', async () => {
    await using account = await withQueue();
    await account.configure(toQueue(filter('in/', '')));
    const get = async () => {
      const { $metadata: _, ...configuration } = await account.s3.send(
        new GetBucketNotificationConfigurationCommand({ Bucket }),
      );
      return configuration;
    };
    const FilterRules = [
      { Name: 'Prefix', Value: 'in/' },
      { Name: 'Suffix', Value: '' },
    ];
    expect(await get()).toEqual({
      QueueConfigurations: [
        { Id: 'uploads', QueueArn, Events: ['s3:ObjectCreated:*'], Filter: { Key: { FilterRules } } },
      ],
    });
    await account.configure({});
    expect(await get()).toEqual({});
  });

  it('is refused when the queue does not let S3 in, or is not there', async () => {
    await using account = await withQueue({ allowed: false });
    await expect(account.configure(toQueue())).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: 'Unable to validate the following destination configurations',
      ArgumentName1: QueueArn,
      ArgumentValue1:
        'Permissions on the destination queue do not allow S3 to publish notifications from this bucket',
    });
    await expect(account.configure(toQueue({ QueueArn: `${QueueArn}-gone` }))).rejects.toMatchObject({
      ArgumentValue1: 'The destination queue does not exist',
    });
  });

  it('is refused when two rules overlap for an event', async () => {
    await using account = await withQueue();
    const rule = (Id: string, prefix: string, suffix: string, event: string) => ({
      Id,
      QueueArn,
      Events: [event as 's3:ObjectCreated:*'],
      ...filter(prefix, suffix),
    });
    const both = (...rules: ReturnType<typeof rule>[]) => account.configure({ QueueConfigurations: rules });
    const overlap = /Configuration is ambiguously defined/;
    const created = 's3:ObjectCreated:*';
    await expect(both(rule('1', 'in/', '', created), rule('2', 'in/a', '.x', created))).rejects.toThrow(
      overlap,
    );
    await expect(both(rule('1', '', '', created), rule('2', '', '', 's3:ObjectCreated:Put'))).rejects.toThrow(
      overlap,
    );
    await both(rule('1', 'in/', '.x', created), rule('2', 'in/', '.y', created));
    await both(rule('1', '', '', created), rule('2', '', '', 's3:ObjectRemoved:*'));
  });

  it('refuses what makes no sense, and topics by name', async () => {
    await using account = await withQueue();
    await expect(account.configure(toQueue({ QueueArn: 'uploads' }))).rejects.toMatchObject({
      message: 'The ARN could not be parsed',
      ArgumentName: 'Queue',
      ArgumentValue: 'uploads',
    });
    await expect(account.configure(toQueue({ Events: ['s3:Nothing'] }))).rejects.toThrow(
      'The event is not supported for notifications',
    );
    await expect(
      account.configure({
        TopicConfigurations: [
          { TopicArn: 'arn:aws:sns:us-east-1:123456789012:t', Events: ['s3:ObjectCreated:*'] },
        ],
      }),
    ).rejects.toThrow('SNS');
  });
});

describe('other destinations', () => {
  /** S3 alone, and what it calls. */
  async function alone(invoke: () => void = () => {}, dryRun: () => void = () => {}) {
    const cloud = testCloud({ endpoint: () => 'http://127.0.0.1:4566' });
    const invocations: { FunctionName?: string; InvocationType?: string; Payload?: unknown }[] = [];
    const published: object[] = [];
    const s3 = createS3(cloud, {
      sqs: { SendMessage: async () => ({}) as never },
      lambda: {
        Invoke: async (input) => {
          invocations.push(input);
          if (input.InvocationType === 'Event') invoke();
          else dryRun();
          return { StatusCode: 202 };
        },
      },
      publish: (event) => published.push(event),
      refusal: () => undefined,
    });
    const call = testCall(cloud);
    s3.operations.CreateBucket({ Bucket });
    return {
      cloud,
      invocations,
      published,
      configure: (NotificationConfiguration: NotificationConfiguration) =>
        s3.operations.PutBucketNotificationConfiguration({ Bucket, NotificationConfiguration }, call),
      put: (Key: string) => s3.operations.PutObject({ Bucket, Key, Body: 'x' }, call),
      [Symbol.dispose]: () => cloud[Symbol.dispose](),
    };
  }
  const LambdaFunctionArn = 'arn:aws:lambda:us-east-1:123456789012:function:thumbnails';

  it('a function is tried out without running, then invoked asynchronously', async () => {
    using account = await alone();
    await account.configure({
      LambdaFunctionConfigurations: [{ LambdaFunctionArn, Events: ['s3:ObjectCreated:Put'] }],
    });
    await account.put('a');
    await account.cloud.clock.advance(1000);
    expect(account.invocations.map(({ InvocationType }) => InvocationType)).toEqual(['DryRun', 'Event']);
    const { Records } = JSON.parse(String(account.invocations[1]?.Payload));
    expect(Records[0].s3.object.key).toBe('a');
    // A configuration without an id gets one.
    expect(Records[0].s3.configurationId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('a function that S3 may not invoke is refused as one that is not there', async () => {
    using account = await alone(undefined, () => {
      throw new AwsError('ResourceNotFoundException', 'There is none.', { status: 404 });
    });
    const LambdaFunctionConfigurations = [{ LambdaFunctionArn, Events: ['s3:ObjectCreated:Put' as const] }];
    await expect(account.configure({ LambdaFunctionConfigurations })).rejects.toMatchObject({
      members: {
        ArgumentName1: `${LambdaFunctionArn}, null`,
        ArgumentValue1: `Not authorized to invoke function [${LambdaFunctionArn}]`,
      },
    });
    const invalid = [{ LambdaFunctionArn: 'thumbnails', Events: ['s3:ObjectCreated:Put' as const] }];
    await expect(account.configure({ LambdaFunctionConfigurations: invalid })).rejects.toMatchObject({
      members: { ArgumentName: 'CloudFunction', ArgumentValue: 'thumbnails' },
    });
  });

  it('what cannot be delivered for the moment is delivered later', async () => {
    let failures = 2;
    using account = await alone(() => {
      if (failures-- > 0) throw new AwsError('ServiceException', 'Try again.', { status: 500 });
    });
    await account.configure({
      LambdaFunctionConfigurations: [{ LambdaFunctionArn, Events: ['s3:ObjectCreated:*'] }],
    });
    await account.put('a');
    await account.cloud.clock.advance(10_000);
    const types = account.invocations.map(({ InvocationType }) => InvocationType);
    expect(types.filter((type) => type === 'Event')).toHaveLength(3);
    const deliveries = account.cloud.journal.read().filter(({ type }) => type === 'delivery');
    expect(deliveries).toMatchObject([{ from: 'arn:aws:s3:::orders', to: LambdaFunctionArn }]);
  });

  it('EventBridge gets every event, with the key as it is', async () => {
    using account = await alone();
    await account.configure({ EventBridgeConfiguration: {} });
    await account.put('a b');
    await account.cloud.clock.advance(1000);
    expect(account.published).toEqual([
      {
        source: 'aws.s3',
        detailType: 'Object Created',
        resources: ['arn:aws:s3:::orders'],
        detail: {
          version: '0',
          bucket: { name: Bucket },
          object: {
            key: 'a b',
            size: 1,
            etag: '9dd4e461268c8034f5c8564e155c67a6',
            sequencer: expect.any(String),
          },
          'request-id': expect.any(String),
          requester: '123456789012',
          'source-ip-address': '127.0.0.1',
          reason: 'PutObject',
        },
      },
    ]);
  });

  it('a key in an event is encoded as in a form', () => {
    expect(encodeKey("a b/c@d!e'f(g)h*i~j+k=l")).toBe('a+b/c%40d%21e%27f%28g%29h*i%7Ej%2Bk%3Dl');
  });
});
