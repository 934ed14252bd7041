import type { CreateEventSourceMappingRequest } from '@aws-sdk/client-lambda';
import type { SQSEvent } from 'aws-lambda';
import { AwsError } from '../../../errors.ts';
import { createFaults } from '../../../faults.ts';
import { guard } from '../../../guard.ts';
import type { JournalEntry } from '../../../journal.ts';
import { testSqs } from '../../sqs/testing.ts';
import type { InvokeOutcome } from './batch.ts';
import { createEventSourceMappings, type MappedFunction } from './index.ts';

/** What a function does with an event: it answers or throws. */
type Handler = (event: SQSEvent) => unknown;

const ROLE = 'arn:aws:iam::123456789012:role/worker';

/** An account with SQS, mappings and a function that a test writes; in warp time. */
export function testMappings(handler: Handler = () => null) {
  const sqs = atRest(() => testSqs());
  const { cloud } = sqs;
  const denied = new Set<string>();
  const functions = new Map<string, MappedFunction>();
  const faults = createFaults(cloud.clock);
  const invocations: { at: number; bodies: string[]; event: SQSEvent }[] = [];
  let running = 0;
  let mostRunning = 0;
  let reserved = Number.POSITIVE_INFINITY;
  let work = async () => {};

  const mappings = createEventSourceMappings(cloud, {
    sqs: guard(
      { ...sqs.service, operations: sqs.operations },
      {
        cloud,
        faults,
        enforceIam: true,
        access: {
          decide: ({ principal, action }) =>
            principal.type === 'role' && denied.has(action)
              ? { allowed: false, reason: 'implicit', message: `Not allowed: ${action}` }
              : { allowed: true },
        },
      },
    ),
    isAllowed: (_role, action) => !denied.has(action),
    functionOf(reference) {
      const name = reference.replace(/:\$LATEST$/, '');
      const found = functions.get(name.slice(name.lastIndexOf(':') + 1));
      if (found) return found;
      throw new AwsError('ResourceNotFoundException', `Function not found: ${reference}`, { status: 404 });
    },
    async invoke(_name, bytes): Promise<InvokeOutcome> {
      const event = JSON.parse(Buffer.from(bytes).toString('utf8')) as SQSEvent;
      invocations.push({ at: cloud.clock.now(), bodies: event.Records.map(({ body }) => body), event });
      if (running >= reserved) return { throttled: 'ReservedFunctionConcurrentInvocationLimitExceeded' };
      running++;
      mostRunning = Math.max(mostRunning, running);
      try {
        await work();
        const answer = handler(event);
        return { payload: Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer ?? null)) };
      } catch (error) {
        const thrown = { errorType: 'Error', errorMessage: String(error) };
        return { payload: Buffer.from(JSON.stringify(thrown)), error: thrown };
      } finally {
        running--;
      }
    },
  });

  function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => cloud.clock.schedule(cloud.clock.now() + ms, 'work', resolve));
  }

  function addFunction(config: Partial<MappedFunction> = {}): void {
    const name = config.name ?? 'worker';
    const arn = `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
    functions.set(name, { name, arn, timeoutSeconds: 5, roleArn: ROLE, ...config });
  }
  addFunction();

  return {
    ...sqs,
    faults,
    denied,
    addFunction,
    removeFunction(name: string): void {
      functions.delete(name);
      mappings.onFunctionDeleted(name);
    },
    mappings,
    api: mappings.operations,
    invocations,
    /** How many invocations ran at the same time at most. */
    mostRunning: () => mostRunning,
    /** How many invocations may run at the same time; more are throttled. */
    reserve(concurrency: number): void {
      reserved = concurrency;
    },
    /** Cloud time that each invocation takes. */
    setDuration(ms: number): void {
      work = () => sleep(ms);
    },
    /** What each invocation does before its handler answers. */
    setWork(does: () => Promise<void>): void {
      work = does;
    },
    /** Maps the queue `orders` to the function `worker`. */
    async map(settings: Partial<CreateEventSourceMappingRequest> = {}): Promise<string> {
      const { UUID = '' } = await mappings.operations.CreateEventSourceMapping({
        EventSourceArn: sqs.arn('orders'),
        FunctionName: 'worker',
        ...settings,
      });
      return UUID;
    },
    async sendAll(queueUrl: string, bodies: readonly string[]): Promise<void> {
      for (const body of bodies) await sqs.send(queueUrl, body);
    },
    /** Lets so many seconds of cloud time pass. */
    pass: (seconds: number) => cloud.clock.advance(seconds * 1000),
    /** Bodies in a queue that nobody else reads. */
    async bodiesIn(queueUrl: string): Promise<(string | undefined)[]> {
      const messages = await sqs.receive(queueUrl, { MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
      return messages.map(({ Body }) => Body);
    },
    /** Journal entries of one type. */
    journal<Type extends JournalEntry['type']>(type: Type) {
      return cloud.journal
        .read()
        .filter((entry): entry is Extract<JournalEntry, { type: Type }> => entry.type === type);
    },
    async [Symbol.asyncDispose]() {
      const stopped = mappings.stop();
      // Invocations that are under way need time to end.
      await cloud.clock.advance(3_600_000);
      await stopped;
      sqs[Symbol.dispose]();
    },
  };
}

/** Makes an account whose time moves by jumps alone: how fast the machine is changes nothing in a test. */
function atRest<T>(make: () => T): T {
  const real = Date.now;
  const now = real();
  Date.now = () => now;
  try {
    return make();
  } finally {
    Date.now = real;
  }
}

/** The ids of the messages with these bodies, as a handler reports them. */
export function report(event: SQSEvent, isBad: (body: string) => boolean) {
  return {
    batchItemFailures: event.Records.filter(({ body }) => isBad(body)).map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  };
}
