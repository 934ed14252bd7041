import { describe, expect, it } from 'vitest';
import { testStacks } from '../testing.ts';

const Uploads = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'uploads' } };
const bucket = (Properties: object) => ({
  Uploads: { ...Uploads, Properties: { BucketName: 'uploads', ...Properties } },
});

describe('a bucket in a stack', () => {
  it('has a name of its own in lower case, and the ARN of a bucket', async () => {
    using stacks = testStacks();
    const { outputs } = await stacks.deploy(
      { Uploads: { Type: 'AWS::S3::Bucket' } },
      {
        Outputs: {
          Name: { Value: { Ref: 'Uploads' } },
          Arn: { Value: { 'Fn::GetAtt': ['Uploads', 'Arn'] } },
        },
      },
    );
    expect(outputs.Name).toMatch(/^lab-uploads-[a-z0-9]+$/);
    expect(outputs.Arn).toBe(`arn:aws:s3:::${outputs.Name}`);
  });

  it('is told its settings, and goes back to the defaults without them', async () => {
    using stacks = testStacks();
    const { s3 } = stacks.services;
    const named = { Bucket: 'uploads' };
    await stacks.deploy(
      bucket({
        VersioningConfiguration: { Status: 'Enabled' },
        Tags: [{ Key: 'team', Value: 'shop' }],
        OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
        PublicAccessBlockConfiguration: { BlockPublicAcls: 'true' },
      }),
    );
    expect(await s3.GetBucketVersioning(named, stacks.call())).toEqual({ Status: 'Enabled' });
    expect(await s3.GetBucketTagging(named, stacks.call())).toEqual({
      TagSet: [{ Key: 'team', Value: 'shop' }],
    });
    expect(
      (await s3.GetPublicAccessBlock(named, stacks.call())).PublicAccessBlockConfiguration,
    ).toMatchObject({ BlockPublicAcls: true, BlockPublicPolicy: false });
    await stacks.deploy(bucket({}));
    expect(await s3.GetBucketVersioning(named, stacks.call())).toEqual({ Status: 'Suspended' });
    await expect(s3.GetBucketTagging(named, stacks.call())).rejects.toMatchObject({ name: 'NoSuchTagSet' });
  });

  it('has the policy that the stack gives it', async () => {
    using stacks = testStacks();
    const PolicyDocument = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: { 'Fn::Sub': 'arn:aws:s3:::${Uploads}/*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    };
    const Policy = {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'Uploads' }, PolicyDocument },
    };
    await stacks.deploy({ Uploads, Policy });
    const stored = await stacks.services.s3.GetBucketPolicy({ Bucket: 'uploads' }, stacks.call());
    expect(JSON.parse(stored.Policy ?? '').Statement[0].Resource).toBe('arn:aws:s3:::uploads/*');
    await stacks.deploy({ Uploads });
    await expect(
      stacks.services.s3.GetBucketPolicy({ Bucket: 'uploads' }, stacks.call()),
    ).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
  });

  it('with lifecycle rules, CORS or a website is refused by name', async () => {
    using stacks = testStacks();
    for (const name of ['LifecycleConfiguration', 'CorsConfiguration', 'WebsiteConfiguration']) {
      await expect(stacks.deploy(bucket({ [name]: {} }))).rejects.toMatchObject({
        kind: 'unsupported',
        message: expect.stringContaining(name),
      });
    }
  });
});

const queueThatS3MayUse = {
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'uploaded' } },
  QueuePolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Queue' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 's3.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          },
        ],
      },
    },
  },
};

describe("CDK's notifications of a bucket", () => {
  const Notifications = {
    Type: 'Custom::S3BucketNotifications',
    DependsOn: ['QueuePolicy'],
    Properties: {
      ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:provider',
      BucketName: { Ref: 'Uploads' },
      Managed: true,
      SkipDestinationValidation: false,
      NotificationConfiguration: {
        QueueConfigurations: [
          { Events: ['s3:ObjectCreated:*'], QueueArn: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
        ],
      },
    },
  };

  it('are made without the function that would make them on AWS, and go with the stack', async () => {
    using stacks = testStacks();
    const configured = () =>
      stacks.services.s3.GetBucketNotificationConfiguration({ Bucket: 'uploads' }, stacks.call());
    await stacks.deploy({ Uploads, Notifications, ...queueThatS3MayUse });
    expect((await configured()).QueueConfigurations).toMatchObject([{ Events: ['s3:ObjectCreated:*'] }]);
    await stacks.deploy({ Uploads, ...queueThatS3MayUse });
    expect(await configured()).toEqual({});
  });

  it('fail when the queue does not let S3 in', async () => {
    using stacks = testStacks();
    const { Queue } = queueThatS3MayUse;
    await expect(
      stacks.deploy({ Uploads, Queue, Notifications: { ...Notifications, DependsOn: [] } }),
    ).rejects.toMatchObject({
      kind: 'refused',
      logicalId: 'Notifications',
      message: 'Unable to validate the following destination configurations',
    });
  });
});

describe("CDK's auto-deletion of objects", () => {
  const AutoDelete = {
    Type: 'Custom::S3AutoDeleteObjects',
    Properties: { ServiceToken: 'provider', BucketName: { Ref: 'Uploads' } },
  };
  const put = async (stacks: ReturnType<typeof testStacks>) => {
    for (const Body of ['1', '2']) {
      await stacks.services.s3.PutObject({ Bucket: 'uploads', Key: 'a', Body }, stacks.call());
    }
    await stacks.services.s3.DeleteObject({ Bucket: 'uploads', Key: 'a' }, stacks.call());
  };

  it('empties a bucket that is marked for it, versions included, before the bucket goes', async () => {
    using stacks = testStacks();
    await stacks.deploy({
      ...bucket({
        VersioningConfiguration: { Status: 'Enabled' },
        Tags: [{ Key: 'aws-cdk:auto-delete-objects', Value: 'true' }],
      }),
      AutoDelete,
    });
    await put(stacks);
    await stacks.wire.DeleteStack({ StackName: 'Lab' }, stacks.call());
    await expect
      .poll(async () => (await stacks.services.s3.ListBuckets({ Prefix: 'uploads' }, stacks.call())).Buckets)
      .toEqual([]);
  });

  it('leaves a bucket that is not marked for it as it is', async () => {
    using stacks = testStacks();
    await stacks.deploy({ ...bucket({ VersioningConfiguration: { Status: 'Enabled' } }), AutoDelete });
    await put(stacks);
    await stacks.wire.DeleteStack({ StackName: 'Lab' }, stacks.call());
    await expect.poll(() => stacks.events()).toContain('Uploads DELETE_FAILED');
    const { Versions } = await stacks.services.s3.ListObjectVersions({ Bucket: 'uploads' }, stacks.call());
    expect(Versions).toHaveLength(2);
  });
});
