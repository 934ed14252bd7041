import type { EventSourcePosition } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../sqs/testing.ts';
import { testMappings } from './testing.ts';

const WORKER = 'arn:aws:lambda:us-east-1:123456789012:function:worker';

describe('creating', () => {
  test('answers as AWS does, with its defaults, while the mapping is being created', async () => {
    await using account = testMappings();
    await account.createQueue();
    const answer = await account.api.CreateEventSourceMapping({
      EventSourceArn: account.arn('orders'),
      FunctionName: WORKER,
    });
    expect(answer).toMatchObject({
      BatchSize: 10,
      EventSourceArn: account.arn('orders'),
      EventSourceMappingArn: `arn:aws:lambda:us-east-1:123456789012:event-source-mapping:${answer.UUID}`,
      FunctionArn: WORKER,
      FunctionResponseTypes: [],
      MaximumBatchingWindowInSeconds: 0,
      State: 'Creating',
      StateTransitionReason: 'USER_INITIATED',
    });
    expect(answer).not.toHaveProperty('ScalingConfig');
    expect(answer).not.toHaveProperty('LastProcessingResult');
    expect(account.api.GetEventSourceMapping({ UUID: answer.UUID }).State).toBe('Enabled');
  });

  test('a function that is named with $LATEST is shown with it', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    const { FunctionArn } = await account.api.CreateEventSourceMapping({
      EventSourceArn: account.arn('orders'),
      FunctionName: `${WORKER}:$LATEST`,
    });
    expect(FunctionArn).toBe(`${WORKER}:$LATEST`);
    await account.send(queue, 'a');
    await account.pass(1);
    expect(account.invocations.map(({ bodies }) => bodies)).toEqual([['a']]);
  });

  test('a mapping that is switched off says so at once, and takes nothing', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    const { State } = await account.api.CreateEventSourceMapping({
      EventSourceArn: account.arn('orders'),
      FunctionName: 'worker',
      Enabled: false,
    });
    await account.send(queue);
    await account.pass(60);
    expect(State).toBe('Disabled');
    expect(account.invocations).toEqual([]);
    expect(await account.counts(queue)).toEqual([1, 0, 0]);
  });

  test('a function may not run longer than the queue hides messages', async () => {
    await using account = testMappings();
    await account.createQueue('orders', { VisibilityTimeout: '30' });
    account.addFunction({ timeoutSeconds: 60 });
    await expect(account.map()).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      status: 400,
      message: 'Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds',
    });
  });

  test('a function may run as long as the queue hides messages', async () => {
    await using account = testMappings();
    await account.createQueue('orders', { VisibilityTimeout: '30' });
    account.addFunction({ timeoutSeconds: 30 });
    await expect(account.map()).resolves.toMatch(/-/);
  });

  test.each(['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'])(
    "the function's role needs sqs:%s",
    async (operation) => {
      await using account = testMappings();
      await account.createQueue();
      account.denied.add(`sqs:${operation}`);
      await expect(account.map()).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
        message: `The function execution role does not have permissions to call ${operation} on SQS`,
      });
    },
  );

  test('the queue must be there', async () => {
    await using account = testMappings();
    await expect(account.map()).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('SQS Error Code: AWS.SimpleQueueService.NonExistentQueue.'),
    });
  });

  test('the function must be there', async () => {
    await using account = testMappings();
    await account.createQueue();
    await expect(account.map({ FunctionName: 'nobody' })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'Function does not exist',
    });
  });

  test('there is one mapping for a queue and a function, also when two are asked for at once', async () => {
    await using account = testMappings();
    await account.createQueue();
    const [first, second] = await Promise.allSettled([account.map(), account.map()]);
    if (first.status !== 'fulfilled' || second.status !== 'rejected') throw new Error('Not one of two.');
    expect(second.reason).toMatchObject({
      name: 'ResourceConflictException',
      status: 409,
      message: `An event source mapping with SQS arn (" ${account.arn('orders')} ") and function (" worker ") already exists. Please update or delete the existing mapping with UUID ${first.value}`,
    });
  });
});

describe('settings out of bounds are refused', () => {
  test.each([
    [{ BatchSize: 0 }, "Value '0' at 'batchSize'"],
    [{ BatchSize: 10_001, MaximumBatchingWindowInSeconds: 1 }, "Value '10001' at 'batchSize'"],
    [{ MaximumBatchingWindowInSeconds: 301 }, "Value '301' at 'maximumBatchingWindowInSeconds'"],
    [{ ScalingConfig: { MaximumConcurrency: 1 } }, "Value '1' at 'scalingConfig.maximumConcurrency'"],
    [{ ScalingConfig: { MaximumConcurrency: 1001 } }, "Value '1001' at 'scalingConfig.maximumConcurrency'"],
    [{ BatchSize: 11 }, 'Maximum batch window in seconds must be greater than 0'],
    [
      { ProvisionedPollerConfig: { MinimumPollers: 1 } },
      "Value '1' at 'provisionedPollerConfig.minimumPollers'",
    ],
    [{ ProvisionedPollerConfig: { MinimumPollers: 201 } }, "Value '201' at 'provisionedPollerConfig.minimum"],
    [
      { ProvisionedPollerConfig: { MaximumPollers: 1 } },
      "Value '1' at 'provisionedPollerConfig.maximumPollers'",
    ],
    [
      { ProvisionedPollerConfig: { MaximumPollers: 10_001 } },
      "Value '10001' at 'provisionedPollerConfig.max",
    ],
    [
      { ProvisionedPollerConfig: { MinimumPollers: 3, MaximumPollers: 2 } },
      'MinimumPollers must be less than or equal to MaximumPollers',
    ],
    [
      { ProvisionedPollerConfig: { MinimumPollers: 2 }, ScalingConfig: { MaximumConcurrency: 2 } },
      'ScalingConfig and ProvisionedPollerConfig cannot be used together',
    ],
  ])('%j', async (settings, message) => {
    await using account = testMappings();
    await account.createQueue();
    await expect(account.map(settings)).rejects.toMatchObject({ message: expect.stringContaining(message) });
  });
});

test.each(['ErrorCount', 'KafkaMetrics'] as const)('the metric %s is none of a queue', async (metric) => {
  await using account = testMappings();
  await account.createQueue();
  await expect(account.map({ MetricsConfig: { Metrics: [metric] } })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: `Unsupported metric ${metric} for given event source mapping type.`,
  });
});

describe('what this account has not is refused by name', () => {
  test.each([
    [{ KMSKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/a' }, 'KMSKeyArn'],
    [{ EventSourceArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/s' }, 'kinesis'],
    [{ EventSourceArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/1' }, 'dynamodb'],
    [{ EventSourceArn: 'arn:aws:sqs:eu-west-1:123456789012:orders' }, 'another account or region'],
  ])('%j', async (settings, name) => {
    await using account = testMappings();
    await account.createQueue();
    await expect(account.map(settings)).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: expect.stringContaining(name),
    });
  });
});

describe('settings of other event sources are no settings of a queue', () => {
  test.each([
    [{ LoggingConfig: { SystemLogLevel: 'INFO' as const } }, 'LoggingConfig'],
    [{ ProvisionedPollerConfig: { PollerGroupName: 'group' } }, 'ProvisionedPollerConfig.PollerGroupName'],
    [{ BisectBatchOnFunctionError: true }, 'BisectBatchOnFunctionError'],
    [
      { DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:123456789012:q' } } },
      'DestinationConfig',
    ],
  ])('%j', async (settings, name) => {
    await using account = testMappings();
    await account.createQueue();
    await expect(account.map(settings)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: `Unsupported ${name} parameter for given event source mapping type.`,
    });
  });
});

test.each([
  ['LATEST', 'InvalidParameterValueException', 'StartingPosition is not valid for SQS event sources.'],
  [
    '0',
    'ValidationException',
    "1 validation error detected: Value '0' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
  ],
])('a queue is not read from the starting position %s', async (position, name, message) => {
  await using account = testMappings();
  await account.createQueue();
  const StartingPosition = position as EventSourcePosition;
  await expect(account.map({ StartingPosition })).rejects.toMatchObject({ name, message });
});

describe('updating', () => {
  test('changes what is named and keeps the rest', async () => {
    await using account = testMappings();
    await account.createQueue();
    const UUID = await account.map({ BatchSize: 5, ScalingConfig: { MaximumConcurrency: 7 } });
    const answer = await account.api.UpdateEventSourceMapping({
      UUID,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(answer.State).toBe('Updating');
    expect(account.api.GetEventSourceMapping({ UUID })).toMatchObject({
      BatchSize: 5,
      ScalingConfig: { MaximumConcurrency: 7 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      State: 'Enabled',
    });
  });

  test('an empty ScalingConfig takes the maximum concurrency away', async () => {
    await using account = testMappings();
    await account.createQueue();
    const UUID = await account.map({ ScalingConfig: { MaximumConcurrency: 7 } });
    const answer = await account.api.UpdateEventSourceMapping({ UUID, ScalingConfig: {} });
    expect(answer).not.toHaveProperty('ScalingConfig');
    expect(answer).not.toHaveProperty('LastProcessingResult');
  });

  test('an empty ProvisionedPollerConfig ends provisioned mode, and makes room for a maximum concurrency', async () => {
    await using account = testMappings();
    await account.createQueue();
    const UUID = await account.map({ ProvisionedPollerConfig: { MinimumPollers: 3 } });
    expect(account.api.GetEventSourceMapping({ UUID }).ProvisionedPollerConfig).toEqual({
      MinimumPollers: 3,
      MaximumPollers: 200,
    });
    await expect(
      account.api.UpdateEventSourceMapping({ UUID, ScalingConfig: { MaximumConcurrency: 7 } }),
    ).rejects.toThrow('ScalingConfig and ProvisionedPollerConfig cannot be used together');
    const answer = await account.api.UpdateEventSourceMapping({
      UUID,
      ProvisionedPollerConfig: {},
      ScalingConfig: { MaximumConcurrency: 7 },
    });
    expect(answer).not.toHaveProperty('ProvisionedPollerConfig');
    expect(answer.ScalingConfig).toEqual({ MaximumConcurrency: 7 });
  });

  test('checks the timeouts again, and leaves the mapping as it was when they do not fit', async () => {
    await using account = testMappings();
    const queue = await account.createQueue('orders', { VisibilityTimeout: '30' });
    const UUID = await account.map();
    account.addFunction({ timeoutSeconds: 31 });
    await expect(account.api.UpdateEventSourceMapping({ UUID, BatchSize: 1 })).rejects.toMatchObject({
      message: 'Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds',
    });
    await account.sendAll(queue, ['a', 'b']);
    await account.pass(1);
    expect(account.api.GetEventSourceMapping({ UUID })).toMatchObject({ BatchSize: 10, State: 'Enabled' });
    expect(account.invocations.flatMap(({ bodies }) => bodies)).toEqual(['a', 'b']);
  });

  test('switches off and on: meanwhile messages wait in the queue', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    const UUID = await account.map();
    expect((await account.api.UpdateEventSourceMapping({ UUID, Enabled: false })).State).toBe('Disabling');
    expect(account.api.GetEventSourceMapping({ UUID }).State).toBe('Disabled');
    await account.send(queue);
    await account.pass(60);
    expect(account.invocations).toHaveLength(0);
    expect((await account.api.UpdateEventSourceMapping({ UUID, Enabled: true })).State).toBe('Enabling');
    await account.pass(1);
    expect(account.invocations).toHaveLength(1);
  });

  test('gives the queue to another function', async () => {
    await using account = testMappings();
    await account.createQueue();
    account.addFunction({ name: 'other' });
    const UUID = await account.map();
    const { FunctionArn } = await account.api.UpdateEventSourceMapping({ UUID, FunctionName: 'other' });
    expect(FunctionArn).toBe('arn:aws:lambda:us-east-1:123456789012:function:other');
  });

  test('does not make a second mapping for a queue and a function', async () => {
    await using account = testMappings();
    await account.createQueue();
    account.addFunction({ name: 'other' });
    await account.map();
    const UUID = await account.map({ FunctionName: 'other' });
    await expect(
      account.api.UpdateEventSourceMapping({ UUID, FunctionName: 'worker' }),
    ).rejects.toMatchObject({ name: 'ResourceConflictException' });
  });
});

describe('deleting', () => {
  test('ends the polling: messages stay in the queue', async () => {
    await using account = testMappings();
    const queue = await account.createQueue();
    const UUID = await account.map();
    expect(account.api.DeleteEventSourceMapping({ UUID }).State).toBe('Deleting');
    await account.send(queue);
    await account.pass(60);
    expect(account.invocations).toEqual([]);
    expect(await account.counts(queue)).toEqual([1, 0, 0]);
  });

  test.each(['GetEventSourceMapping', 'UpdateEventSourceMapping', 'DeleteEventSourceMapping'] as const)(
    'afterwards %s finds nothing',
    async (operation) => {
      await using account = testMappings();
      await account.createQueue();
      const UUID = await account.map();
      account.api.DeleteEventSourceMapping({ UUID });
      await expect(attempt(() => account.api[operation]({ UUID }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        status: 404,
        message: 'The resource you requested does not exist.',
      });
    },
  );
});

describe('listing', () => {
  test('shows the mappings of a function or of a queue, page by page', async () => {
    await using account = testMappings();
    for (const name of ['orders', 'returns', 'invoices']) await account.createQueue(name);
    account.addFunction({ name: 'other' });
    const [first, second, third] = [
      await account.map(),
      await account.map({ EventSourceArn: account.arn('returns') }),
      await account.map({ FunctionName: 'other' }),
    ];
    const list = (input: Parameters<typeof account.api.ListEventSourceMappings>[0]) => {
      const { EventSourceMappings = [], NextMarker } = account.api.ListEventSourceMappings(input);
      return { uuids: EventSourceMappings.map(({ UUID }) => UUID), NextMarker };
    };
    expect(list({ FunctionName: 'worker' }).uuids).toEqual([first, second]);
    expect(list({ EventSourceArn: account.arn('orders') }).uuids).toEqual([first, third]);
    const { uuids, NextMarker } = list({ MaxItems: 2 });
    expect(uuids).toEqual([first, second]);
    expect(list({ Marker: NextMarker })).toEqual({ uuids: [third], NextMarker: undefined });
  });

  test('a mapping stays when its function is gone', async () => {
    await using account = testMappings();
    await account.createQueue();
    const UUID = await account.map();
    account.removeFunction('worker');
    expect(account.api.GetEventSourceMapping({ UUID }).FunctionArn).toBe(WORKER);
    expect(account.api.ListEventSourceMappings({ FunctionName: 'worker' }).EventSourceMappings).toHaveLength(
      1,
    );
  });
});
