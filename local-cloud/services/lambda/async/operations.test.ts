import type { PutFunctionEventInvokeConfigRequest } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { testAsync } from './testing.ts';

type Account = Awaited<ReturnType<typeof testAsync>>;
type Input = Partial<PutFunctionEventInvokeConfigRequest>;

const put = (account: Account, input: Input) =>
  account.lambda.PutFunctionEventInvokeConfig({ FunctionName: 'orders', ...input }, account.call());
const update = (account: Account, input: Input) =>
  account.lambda.UpdateFunctionEventInvokeConfig({ FunctionName: 'orders', ...input }, account.call());
const get = (account: Account, Qualifier?: string) =>
  account.lambda.GetFunctionEventInvokeConfig({ FunctionName: 'orders', Qualifier }, account.call());

async function publish(account: Account): Promise<void> {
  await account.lambda.PublishVersion({ FunctionName: 'orders' }, account.call());
  await account.lambda.CreateAlias(
    { FunctionName: 'orders', Name: 'live', FunctionVersion: '1' },
    account.call(),
  );
}

describe('settings for asynchronous events', () => {
  it('are put for the function, under the ARN of $LATEST', async () => {
    await using account = await testAsync();
    const queue = await account.queue('failed');
    const config = {
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnSuccess: {}, OnFailure: { Destination: queue } },
    };
    const answer = await put(account, config);
    expect(answer).toEqual({
      ...config,
      FunctionArn: account.arn('orders:$LATEST'),
      LastModified: expect.any(Date),
    });
    expect(await get(account)).toEqual(answer);
  });

  it('are replaced as a whole by putting, and one by one by updating', async () => {
    await using account = await testAsync();
    await put(account, { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 });
    expect(await update(account, { MaximumRetryAttempts: 0 })).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
    expect(await put(account, { MaximumRetryAttempts: 2 })).not.toHaveProperty('MaximumEventAgeInSeconds');
  });

  it('belong to a version or an alias alone, and go with it', async () => {
    await using account = await testAsync();
    await publish(account);
    await put(account, { Qualifier: 'live', MaximumRetryAttempts: 0 });
    await put(account, { Qualifier: '1', MaximumRetryAttempts: 1 });
    const all = await account.lambda.ListFunctionEventInvokeConfigs(
      { FunctionName: 'orders' },
      account.call(),
    );
    expect(all.FunctionEventInvokeConfigs?.map(({ FunctionArn }) => FunctionArn)).toEqual([
      account.arn('orders:1'),
      account.arn('orders:live'),
    ]);
    await account.lambda.DeleteAlias({ FunctionName: 'orders', Name: 'live' }, account.call());
    await expect(get(account, 'live')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await get(account, '1')).toMatchObject({ MaximumRetryAttempts: 1 });
    await account.lambda.DeleteFunction({ FunctionName: 'orders', Qualifier: '1' }, account.call());
    await expect(get(account, '1')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('are listed page by page', async () => {
    await using account = await testAsync();
    await publish(account);
    await put(account, { Qualifier: 'live', MaximumRetryAttempts: 0 });
    await put(account, { MaximumRetryAttempts: 1 });
    const list = (Marker?: string) =>
      account.lambda.ListFunctionEventInvokeConfigs(
        { FunctionName: 'orders', MaxItems: 1, Marker },
        account.call(),
      );
    const first = await list();
    expect(first.FunctionEventInvokeConfigs).toMatchObject([{ FunctionArn: account.arn('orders:$LATEST') }]);
    const second = await list(first.NextMarker);
    expect(second.FunctionEventInvokeConfigs).toMatchObject([{ FunctionArn: account.arn('orders:live') }]);
    expect(second.NextMarker).toBeUndefined();
  });

  it('are deleted once', async () => {
    await using account = await testAsync();
    await put(account, { MaximumRetryAttempts: 0 });
    const remove = () =>
      account.lambda.DeleteFunctionEventInvokeConfig({ FunctionName: 'orders' }, account.call());
    await remove();
    const missing = {
      name: 'ResourceNotFoundException',
      message: `The function ${account.arn('orders:$LATEST')} doesn't have an EventInvokeConfig`,
      status: 404,
    };
    await expect(get(account)).rejects.toMatchObject(missing);
    await expect(remove()).rejects.toMatchObject(missing);
    await expect(update(account, { MaximumRetryAttempts: 0 })).rejects.toMatchObject(missing);
  });

  it.each([{ FunctionName: 'nobody' }, { Qualifier: '7' }, { Qualifier: 'live' }])(
    'are refused for what is not there: %o',
    async (input) => {
      await using account = await testAsync();
      await expect(put(account, { MaximumRetryAttempts: 0, ...input })).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: "The function doesn't exist.",
        status: 404,
      });
    },
  );

  it('must say something', async () => {
    await using account = await testAsync();
    await expect(put(account, {})).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'You must specify at least one of error handling or destination setting.',
    });
  });

  it.each([
    [{ MaximumRetryAttempts: 3 }, "Value '3' at 'maximumRetryAttempts'", 'less than or equal to 2'],
    [{ MaximumRetryAttempts: -1 }, "Value '-1' at 'maximumRetryAttempts'", 'greater than or equal to 0'],
    [{ MaximumEventAgeInSeconds: 59 }, "'59' at 'maximumEventAgeInSeconds'", 'greater than or equal to 60'],
    [{ MaximumEventAgeInSeconds: 21_601 }, "at 'maximumEventAgeInSeconds'", 'less than or equal to 21600'],
  ])('are refused outside their range: %o', async (input, value, bound) => {
    await using account = await testAsync();
    const refusal = expect(put(account, input)).rejects;
    await refusal.toMatchObject({ name: 'ValidationException', message: expect.stringContaining(value) });
    await expect(put(account, input)).rejects.toThrow(bound);
  });
});

describe('a destination', () => {
  const onFailure = (Destination: string): Input => ({ DestinationConfig: { OnFailure: { Destination } } });

  it('is replaced together with the other one', async () => {
    await using account = await testAsync();
    const queue = await account.queue('failed');
    await put(account, onFailure(queue));
    const { DestinationConfig } = await update(account, {
      DestinationConfig: { OnSuccess: { Destination: queue } },
    });
    expect(DestinationConfig).toEqual({ OnSuccess: { Destination: queue }, OnFailure: {} });
  });

  it('cannot be the function itself', async () => {
    await using account = await testAsync();
    await expect(put(account, onFailure(account.arn('orders')))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: "You can't specify the function as a destination for itself.",
    });
  });

  it('cannot be a function that is not there', async () => {
    await using account = await testAsync();
    await expect(put(account, onFailure(account.arn('nobody')))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: `The destination ARN ${account.arn('nobody')} is invalid.`,
    });
  });

  it.each([
    ['arn:aws:sns:us-east-1:123456789012:topic', 'destinationConfig.onFailure.destination in SNS'],
    ['arn:aws:sqs:eu-west-1:123456789012:failed', 'in another account or Region'],
  ])('%s is refused by name', async (arn, message) => {
    await using account = await testAsync();
    await expect(put(account, onFailure(arn))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: expect.stringContaining(message),
    });
  });

  it('must be of a kind that Lambda sends to', async () => {
    await using account = await testAsync();
    const arn = 'arn:aws:dynamodb:us-east-1:123456789012:table/orders';
    await expect(put(account, onFailure(arn))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: `The provided destination config DestinationConfig(onSuccess=null, onFailure=OnFailure(destination=${arn})) is invalid.`,
    });
  });

  it('in a bucket is for failures only', async () => {
    await using account = await testAsync();
    const Destination = 'arn:aws:s3:::failed-orders';
    await put(account, onFailure(Destination));
    await expect(put(account, { DestinationConfig: { OnSuccess: { Destination } } })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: `The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=${Destination}), onFailure=null) is invalid.`,
    });
  });

  it('must be an ARN', async () => {
    await using account = await testAsync();
    await expect(put(account, onFailure('failed'))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("Value 'failed' at 'destinationConfig.onFailure.destination'"),
    });
  });

  it.each([
    ['sqs:SendMessage', 'SendMessage', 'arn:aws:sqs:us-east-1:123456789012:failed'],
    ['lambda:InvokeFunction', 'InvokeFunction', 'arn:aws:lambda:us-east-1:123456789012:function:after'],
    ['events:PutEvents', 'PutEvents', 'arn:aws:events:us-east-1:123456789012:event-bus/default'],
    ['s3:PutObject', 'PutObject', 'arn:aws:s3:::failed-orders'],
    ['s3:ListBucket', 'ListBucket', 'arn:aws:s3:::failed-orders'],
  ])('needs %s of the role', async (action, name, arn) => {
    await using account = await testAsync({ allows: (asked) => asked !== action });
    await account.create('export const handler = () => 1', { FunctionName: 'after' });
    await expect(put(account, onFailure(arn))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: `The function's execution role does not have permissions to call ${name} on ${arn}`,
    });
  });
});
