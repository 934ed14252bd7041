import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { TrapStack } from '../../docs/examples/07-trap-stack.ts';
import { catchAll, promiseAll, throwOnFirst, wrongKey } from '../../docs/examples/07-traps.ts';

const ids = Array.from({ length: 10 }, (_, place) => `m${place + 1}`);
const event: SQSEvent = { Records: ids.map((messageId) => ({ messageId }) as SQSRecord) };

describe('the handlers that lesson 07 warns of, with a poison sixth message', () => {
  it('throwing leaves the last four untouched', async () => {
    const { processed, processOrder } = worker();
    await expect(throwOnFirst(event, processOrder)).rejects.toThrow('poison');
    expect(processed).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
  });

  it('catching answers like a success with five orders undone', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { processed, processOrder } = worker();
    expect(await catchAll(event, processOrder)).toBeUndefined();
    expect(processed).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
  });

  it('Promise.all reports all ten while good ones are still being worked on', async () => {
    const { processed, processOrder } = worker(5);
    const answer = await promiseAll(event, processOrder);
    expect(answer.batchItemFailures).toHaveLength(10);
    expect(processed).toEqual([]);
    await vi.waitFor(() => expect(processed).toHaveLength(9));
  });

  it('the wrong key names no message', async () => {
    expect(await wrongKey(event, worker().processOrder)).toEqual({
      batchItemFailures: [{ messageId: 'm6' }],
    });
  });
});

describe('the mapping that lesson 07 warns of', () => {
  const template = Template.fromStack(new TrapStack(new App(), 'Trap'));

  it('gives the function no right to read the queue', () => {
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });

  it('leaves the queue without redrive policy and with the default visibility timeout', () => {
    const [queue] = Object.values(template.findResources('AWS::SQS::Queue'));
    expect(queue?.Properties).toBeUndefined();
  });
});

/** Processes every order but the sixth; the good ones take `ms` real milliseconds. */
function worker(ms = 0) {
  const processed: string[] = [];
  const processOrder = async ({ messageId }: SQSRecord) => {
    if (messageId === 'm6') throw new Error('poison');
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    processed.push(messageId);
  };
  return { processed, processOrder };
}
