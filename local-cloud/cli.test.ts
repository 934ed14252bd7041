import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from 'vitest';
import { createControlClient } from './control-client.ts';

let cloud: ChildProcessByStdio<null, Readable, Readable>;
let url: string;
let sqs: SQSClient | undefined;
let said: string;

function spawnCloud(...options: string[]): void {
  cloud = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'cli.ts'), ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  said = '';
  cloud.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
}

async function start(...options: string[]): Promise<SQSClient> {
  spawnCloud('--port', '0', ...options);
  const [ready] = (await once(cloud.stdout, 'data')) as [Buffer];
  [, url = ''] = /^ready (\S+)/.exec(ready.toString()) ?? [];
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({ endpoint: url, region: 'us-east-1', credentials });
  return sqs;
}

afterEach(() => {
  sqs?.destroy();
  cloud.kill('SIGKILL');
});

describe('the account that is a server', () => {
  test('is emptied by SIGUSR2, and answers at the same address', async () => {
    const client = await start();
    const queues = async () => (await client.send(new ListQueuesCommand({}))).QueueUrls ?? [];
    await client.send(new CreateQueueCommand({ QueueName: 'orders' }));
    expect(await queues()).toHaveLength(1);
    cloud.kill('SIGUSR2');
    await expect.poll(() => said, { timeout: 5000 }).toContain('The account is empty again.');
    expect(await queues()).toEqual([]);
    await client.send(new CreateQueueCommand({ QueueName: 'orders' }));
    expect(await queues()).toHaveLength(1);
  });

  test('stops in good order while it is being emptied', async () => {
    await start();
    const exit = once(cloud, 'exit');
    cloud.kill('SIGUSR2');
    cloud.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
});

describe('the control endpoint of the server', () => {
  test('lets a test in another process inject faults', async () => {
    const client = await start('--control', 'a-token');
    const control = createControlClient(url, 'a-token');
    await control.injectFault({ kind: 'error', service: 'sqs', operation: 'CreateQueue', code: 'OverLimit' });
    const create = () => client.send(new CreateQueueCommand({ QueueName: 'orders' }));
    await expect(create()).rejects.toMatchObject({ name: 'OverLimit' });
    await control.clearFaults();
    expect(await create()).toMatchObject({ QueueUrl: `${url}/123456789012/orders` });
  });

  test('is there with the same token, and without faults, when the account has been emptied', async () => {
    const client = await start('--control', 'a-token');
    const control = createControlClient(url, 'a-token');
    await control.injectFault({ kind: 'error', service: 'sqs', code: 'OverLimit' });
    cloud.kill('SIGUSR2');
    await expect.poll(() => said, { timeout: 5000 }).toContain('The account is empty again.');
    expect((await client.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
    expect(await control.now()).toMatchObject({ now: expect.any(Number) });
  });

  test('is not there without --control', async () => {
    await start();
    await expect(createControlClient(url, '').now()).rejects.toThrow('This account has no control endpoint.');
  });

  test('wants a token that is not empty: that would let everybody in', async () => {
    spawnCloud('--control', '');
    expect(await once(cloud, 'close')).toEqual([2, null]);
    expect(said).toBe('--control takes a token.\n');
  });
});
