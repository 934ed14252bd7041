import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let cloud: ChildProcess;
let sqs: SQSClient;
let said: string;

beforeEach(async () => {
  cloud = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'cli.ts'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  said = '';
  cloud.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [ready] = (await once(cloud.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const [, endpoint = ''] = /^ready (\S+)/.exec(ready.toString()) ?? [];
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials });
});
afterEach(() => {
  sqs.destroy();
  cloud.kill('SIGKILL');
});

const queues = async () => (await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? [];

describe('the account that is a server', () => {
  test('is emptied by SIGUSR2, and answers at the same address', async () => {
    await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
    expect(await queues()).toHaveLength(1);
    cloud.kill('SIGUSR2');
    await expect.poll(() => said, { timeout: 5000 }).toContain('The account is empty again.');
    expect(await queues()).toEqual([]);
    await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
    expect(await queues()).toHaveLength(1);
  });

  test('stops in good order while it is being emptied', async () => {
    const exit = once(cloud, 'exit');
    cloud.kill('SIGUSR2');
    cloud.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
});
