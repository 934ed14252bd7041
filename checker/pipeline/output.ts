import type { Readable } from 'node:stream';

/**
 * Reads a process's output to its end, so that it never blocks, and keeps only the last part.
 * @param maxBytes how much is kept
 * @returns a function that gives what was kept so far
 */
export function collectTail(stream: Readable | null, maxBytes = 4096): () => string {
  let tail = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    tail = (tail + chunk).slice(-maxBytes);
  });
  return () => tail.trim();
}
