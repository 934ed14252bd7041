import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createAccount } from '../../account.ts';

/** An account with one function, reached by unmodified SDK clients from outside and from within. */
async function accountWith(source: string, allowedActions: readonly string[]) {
  const account = createAccount({ clock: 'warp' });
  const client = {
    endpoint: await account.listen(),
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
  };
  const iam = new IAMClient(client);
  const lambda = new LambdaClient(client);
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'worker',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'worker',
      PolicyName: 'rights',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: allowedActions, Resource: '*' }],
      }),
    }),
  );
  const folder = join(account.cloud.scratch, 'bundle');
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.mjs'), source);
  account.assets.register('bundle.zip', folder);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'orders',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: Role?.Arn,
      Timeout: 60,
      MemorySize: 512,
      Code: { S3Bucket: 'assets', S3Key: 'bundle.zip' },
    }),
  );
  return {
    account,
    sqs: new SQSClient(client),
    async invoke(event: unknown): Promise<unknown> {
      const { Payload } = await lambda.send(
        new InvokeCommand({ FunctionName: 'orders', Payload: JSON.stringify(event) }),
      );
      return JSON.parse(new TextDecoder().decode(Payload));
    },
    [Symbol.asyncDispose]: () => account.close(),
  };
}

describe('a function that calls the account', () => {
  it('acts with the rights of its role', async () => {
    const source = `import { SQSClient, ListQueuesCommand, CreateQueueCommand } from '@aws-sdk/client-sqs';
      const sqs = new SQSClient({});
      export const handler = async () => {
        const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
        const refused = await sqs.send(new CreateQueueCommand({ QueueName: 'x' })).catch((error) => error.message);
        return { queues: QueueUrls.length, refused };
      }`;
    await using account = await accountWith(source, ['sqs:ListQueues']);
    expect(await account.invoke({})).toEqual({
      queues: 0,
      refused: expect.stringMatching(
        /assumed-role\/worker\/orders is not authorized to perform: sqs:createqueue/i,
      ),
    });
  });

  it('waits in a long poll without holding up time, nor does who invoked it', async () => {
    const source = `import { SQSClient, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
      const sqs = new SQSClient({});
      export const handler = async ({ QueueUrl }, context) => {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
        return Messages.length;
      }`;
    await using account = await accountWith(source, ['sqs:*']);
    const { QueueUrl } = await account.sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
    const real = performance.now();
    const cloud = account.account.cloud.clock.now();
    expect(await account.invoke({ QueueUrl })).toBe(0);
    expect(account.account.cloud.clock.now() - cloud).toBeGreaterThanOrEqual(20_000);
    expect(performance.now() - real).toBeLessThan(15_000);
    const [invocation] = account.account.cloud.journal.read().filter((entry) => entry.type === 'invocation');
    expect(invocation).toMatchObject({ durationMs: expect.closeTo(20_000, -4) });
  });
});
