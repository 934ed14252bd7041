// The environment's end of the channel to the account (`runtime-channel.ts`). Reading blocks the whole thread: between
// two invocations nothing of the function runs, as in an environment that is frozen.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
import { readSync, writeSync } from 'node:fs';
import { hasThreads } from './threads.mjs';

const CHANNEL = 3;
const PREFIX_BYTES = 8;
const CHUNK_BYTES = 4096;

/** Says that all is loaded that can be before it is known for which function. */
export function postWaiting() {
  post({ type: 'waiting' });
}

/**
 * Says that the handler is loaded.
 * @param {number} preloadMs how much of that was done while the process waited for its function
 */
export function postReady(preloadMs) {
  post({ type: 'ready', preloadMs, maxRssKb: process.resourceUsage().maxRSS });
}

/** Waits for an invocation. */
export function nextInvocation() {
  const prefix = read(PREFIX_BYTES);
  const { traceHeader, ...header } = JSON.parse(read(prefix.readUInt32LE(0)).toString('utf8'));
  return { ...header, traceId: traceHeader, event: read(prefix.readUInt32LE(4)).toString('utf8') };
}

/** @param {{ cpuUs: number }} usage CPU time of the invocation in microseconds */
export function postResponse(requestId, body, usage) {
  post({ type: 'response', requestId, ...withMemory(usage) }, body);
}

export function postError(requestId, body, usage) {
  post({ type: 'error', requestId, ...withMemory(usage) }, body);
}

/**
 * Posts an error after which the process ends.
 * @param requestId undefined before the first invocation
 */
export function postFatal(requestId, body) {
  post({ type: 'fatal', requestId, ...withMemory({ cpuUs: 0 }) }, body);
}

function withMemory({ cpuUs }) {
  return { cpuUs, maxRssKb: process.resourceUsage().maxRSS, hasThreads: hasThreads() };
}

function post(fields, body = '') {
  const header = JSON.stringify(fields);
  const headerBytes = Buffer.byteLength(header);
  const bodyBytes = Buffer.byteLength(body);
  const message = Buffer.allocUnsafe(PREFIX_BYTES + headerBytes + bodyBytes);
  message.writeUInt32LE(headerBytes, 0);
  message.writeUInt32LE(bodyBytes, 4);
  message.write(header, PREFIX_BYTES);
  message.write(body, PREFIX_BYTES + headerBytes);
  for (let written = 0; written < message.length; ) written += writeSync(CHANNEL, message, written);
}

/** What has come and was not read yet: an invocation seldom takes more than one call of the system. */
let held = Buffer.alloc(0);

function read(bytes) {
  while (held.length < bytes) {
    const chunk = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, bytes - held.length));
    const count = readSync(CHANNEL, chunk, 0, chunk.length, null);
    // The account has ended, so does the environment.
    if (count === 0) process.kill(process.pid, 'SIGKILL');
    const came = chunk.subarray(0, count);
    held = held.length === 0 ? came : Buffer.concat([held, came]);
  }
  const part = held.subarray(0, bytes);
  held = held.subarray(bytes);
  return part;
}
