import type { InputLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { rolePrincipal } from '../../iam/credentials.ts';
import type { Call, Cloud, Guarded } from '../../service.ts';
import type { LogsOperations } from '../logs/index.ts';

interface LogWriterOptions {
  logGroup: string;
  logStream: string;
  roleArn: string;
  functionName: string;
}

/** Sends the log events of one environment to CloudWatch Logs, as the function's role. */
export interface LogWriter {
  /** Takes one log event; it is sent within a turn of the event loop. */
  write(message: string): void;
  /** Waits until all is sent. */
  flush(): Promise<void>;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html: each event counts 26 bytes more. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;
const EVENT_BYTES = 26;

/**
 * Makes a log writer. Lambda creates group and stream itself, if the role allows it; a role without the permission
 * has no logs, and nothing else fails. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
 */
export function createLogWriter(
  cloud: Cloud,
  logs: Guarded<LogsOperations>,
  options: LogWriterOptions,
): LogWriter {
  const { logGroup: logGroupName, logStream: logStreamName } = options;
  const { signal } = new AbortController();
  let pending: InputLogEvent[] = [];
  let streamExists = false;
  let denied = false;
  let sending: Promise<void> = Promise.resolve();

  const call = (): Call => ({
    principal: rolePrincipal(cloud, options.roleArn, options.functionName),
    requestId: cloud.uuid(),
    signal,
    background: true,
  });

  async function createStream(): Promise<void> {
    const create = () => logs.CreateLogStream({ logGroupName, logStreamName }, call());
    const group = () => logs.CreateLogGroup({ logGroupName }, call());
    await unlessNamed('ResourceAlreadyExistsException', async () => {
      try {
        await create();
      } catch (error) {
        if (!isNamed(error, 'ResourceNotFoundException')) throw error;
        await unlessNamed('ResourceAlreadyExistsException', group);
        await create();
      }
    });
    streamExists = true;
  }

  async function put(logEvents: InputLogEvent[]): Promise<void> {
    if (!streamExists) await createStream();
    await logs.PutLogEvents({ logGroupName, logStreamName, logEvents }, call());
  }

  async function send(logEvents: InputLogEvent[]): Promise<void> {
    try {
      await put(logEvents);
    } catch (error) {
      if (isNamed(error, 'AccessDeniedException')) denied = true;
      else if (isNamed(error, 'ResourceNotFoundException') && streamExists) {
        // Somebody deleted the group: Lambda makes it again.
        streamExists = false;
        await send(logEvents);
      }
    }
  }

  function flush(): Promise<void> {
    const batches = batchesOf(pending);
    pending = [];
    for (const batch of batches) {
      sending = sending.then(async () => {
        if (!denied) await send(batch);
      });
    }
    return sending;
  }

  return {
    write(message) {
      if (denied) return;
      if (pending.length === 0) setImmediate(flush);
      pending.push({ timestamp: cloud.clock.now(), message: cut(message) });
    },
    flush,
  };
}

function batchesOf(events: readonly InputLogEvent[]): InputLogEvent[][] {
  const batches: InputLogEvent[][] = [];
  let bytes = MOST_BYTES;
  for (const event of events) {
    const size = Buffer.byteLength(event.message ?? '') + EVENT_BYTES;
    const current = batches.at(-1);
    if (current && current.length < MOST_EVENTS && bytes + size <= MOST_BYTES) {
      current.push(event);
      bytes += size;
    } else {
      batches.push([event]);
      bytes = size;
    }
  }
  return batches;
}

function cut(message: string): string {
  const most = MOST_BYTES - EVENT_BYTES;
  // Three bytes are the most that one UTF-16 unit takes.
  if (message.length * 3 <= most || Buffer.byteLength(message) <= most) return message;
  return Buffer.from(message)
    .subarray(0, most - 2)
    .toString('utf8')
    .replace(/\uFFFD$/, '');
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

async function unlessNamed(name: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!isNamed(error, name)) throw error;
  }
}
