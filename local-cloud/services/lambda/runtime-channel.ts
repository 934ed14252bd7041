import type { Socket } from 'node:net';
import { z } from 'zod';

/** An invocation as an environment gets it. */
export interface NextInvocation {
  requestId: string;
  /** JSON. */
  event: Uint8Array;
  deadlineMs: number;
  functionArn: string;
  cloudTimeMs: number;
  traceHeader?: string;
  clientContext?: string;
}

/** How an environment answered, and what it used. */
export interface Answer {
  /** `fatal`: an error after which the process ends, in an invocation or before any. */
  kind: 'response' | 'error' | 'fatal';
  requestId?: string;
  body: Buffer;
  /** CPU time of the invocation in microseconds. */
  cpuUs: number;
  maxRssKb: number;
  /** Threads of the function's own go on while its main thread waits. */
  hasThreads: boolean;
}

interface ChannelListener {
  /**
   * The handler is loaded, and the environment waits.
   * @param preloadMs how long it has loaded packages before it was given a function
   * @param maxRssKb the most memory that it has had so far
   */
  onReady(preloadMs: number, maxRssKb: number): void;
  /** After an answer that is not fatal the environment waits again. */
  onAnswer(answer: Answer): void;
  /** What came is not from our bootstrap: the function has written into the channel. */
  onNonsense(): void;
}

/** The account's side of one environment's channel. */
export interface RuntimeChannel {
  give(invocation: NextInvocation): void;
}

/** A handler's answer may be 6 MB; of what is larger so much is kept, to say that it was. */
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;
const LARGEST_HEADER_BYTES = 64 * 1024;
/** Lengths of header and body. */
const PREFIX_BYTES = 8;

const Header = z.object({
  type: z.enum(['waiting', 'ready', 'response', 'error', 'fatal']),
  requestId: z.string().optional(),
  preloadMs: z.number().default(0),
  cpuUs: z.number().default(0),
  maxRssKb: z.number().default(0),
  hasThreads: z.boolean().default(false),
});

/**
 * What the Runtime API is on AWS, over a pipe: the environment reads it with a call that blocks, so that nothing of
 * the function runs between two invocations. A message is two lengths, a header of JSON, and a body.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export function openChannel(pipe: Socket, listener: ChannelListener): RuntimeChannel {
  let chunks: Buffer[] = [];
  let held = 0;
  /** Bytes of a body that is too large to be kept. */
  let toSkip = 0;
  let broken = false;

  /** The first bytes, when so many are there. */
  function peek(bytes: number): Buffer | undefined {
    if (held < bytes) return undefined;
    if ((chunks[0]?.length ?? 0) < bytes) chunks = [Buffer.concat(chunks)];
    return chunks[0]?.subarray(0, bytes);
  }

  function drop(bytes: number): void {
    const rest = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    chunks = rest && rest.length > bytes ? [rest.subarray(bytes)] : [];
    held -= bytes;
  }

  function take(): boolean {
    const prefix = peek(PREFIX_BYTES);
    if (!prefix) return false;
    const headerBytes = prefix.readUInt32LE(0);
    const bodyBytes = prefix.readUInt32LE(4);
    if (headerBytes > LARGEST_HEADER_BYTES) throw new RangeError('No message has such a header.');
    const keptBytes = Math.min(bodyBytes, LARGEST_ANSWER_BYTES);
    const message = peek(PREFIX_BYTES + headerBytes + keptBytes);
    if (!message) return false;
    const header = Header.parse(
      JSON.parse(message.toString('utf8', PREFIX_BYTES, PREFIX_BYTES + headerBytes)),
    );
    const body = message.subarray(PREFIX_BYTES + headerBytes);
    // What is beyond the limit may have come in the same piece.
    const skipped = Math.min(bodyBytes - keptBytes, held - message.length);
    drop(message.length + skipped);
    toSkip = bodyBytes - keptBytes - skipped;
    if (header.type === 'ready') listener.onReady(header.preloadMs, header.maxRssKb);
    else if (header.type !== 'waiting') listener.onAnswer({ ...header, kind: header.type, body });
    return true;
  }

  pipe.on('data', (chunk: Buffer) => {
    if (broken) return;
    const skipped = Math.min(toSkip, chunk.length);
    toSkip -= skipped;
    if (skipped === chunk.length) return;
    chunks.push(chunk.subarray(skipped));
    held += chunk.length - skipped;
    try {
      while (take());
    } catch {
      broken = true;
      listener.onNonsense();
    }
  });
  // The process may be gone before it has read what it was given: its exit tells.
  pipe.on('error', () => {});

  return {
    give({ event, ...header }) {
      const text = Buffer.from(JSON.stringify(header));
      const prefix = Buffer.alloc(PREFIX_BYTES);
      prefix.writeUInt32LE(text.length, 0);
      prefix.writeUInt32LE(event.length, 4);
      pipe.write(Buffer.concat([prefix, text, event]));
    },
  };
}
