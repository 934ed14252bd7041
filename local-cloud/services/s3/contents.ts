import { mkdirSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cloud } from '../../service.ts';
import type { Hash } from './checksums.ts';
import { s3Error } from './errors.ts';

/** What an object's bytes may come in as. */
export type ObjectBody =
  | Uint8Array
  | string
  | (AsyncIterable<Uint8Array> & { trailers?: Readonly<Record<string, string>>; announced?: string });

/** An object's bytes: pieces of what was once received. Kept as long as somebody retains it. */
export interface Content {
  readonly size: number;
  readonly pieces: readonly Piece[];
}

interface Piece {
  readonly source: Source;
  /** Bytes `from` (inclusive) to `to` (exclusive) of the source. */
  readonly from: number;
  readonly to: number;
}

/** One body as it was received: small ones in memory, the others in a file. */
interface Source {
  readonly bytes?: Uint8Array;
  readonly path?: string;
  readonly size: number;
  uses: number;
}

/** Bodies up to this size stay in memory … */
const LARGEST_IN_MEMORY_BYTES = 64 * 1024;
/** … as long as all of them together are not more than this. */
const MEMORY_BYTES = 32 * 1024 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html: 5 GB in a single operation. */
const LARGEST_UPLOAD_BYTES = 5 * 1024 ** 3;

export type Contents = ReturnType<typeof createContents>;

/** Keeps the bytes of an account's objects, without holding much of them in memory. */
export function createContents(cloud: Cloud) {
  const folder = join(cloud.scratch, 's3');
  let files = 0;
  let heldBytes = 0;

  function newPath(): string {
    if (files === 0) mkdirSync(folder, { recursive: true });
    return join(folder, String(++files));
  }

  /** Takes in a body, running every byte through the hashes. The caller retains what it gets. */
  async function receive(body: ObjectBody | undefined, hashes: readonly Hash[]): Promise<Content> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    let path: string | undefined;
    let file: FileHandle | undefined;
    try {
      for await (const chunk of chunksOf(body)) {
        for (const hash of hashes) hash.update(chunk);
        size += chunk.length;
        if (size > LARGEST_UPLOAD_BYTES) throw tooLarge(size);
        if (file) {
          await file.writeFile(chunk);
          continue;
        }
        chunks.push(chunk);
        if (size <= LARGEST_IN_MEMORY_BYTES && heldBytes + size <= MEMORY_BYTES) continue;
        path = newPath();
        file = await open(path, 'w');
        await file.writeFile(Buffer.concat(chunks));
        chunks.length = 0;
      }
    } catch (error) {
      if (path) rmSync(path, { force: true });
      throw error;
    } finally {
      await file?.close();
    }
    if (size === 0) return { size, pieces: [] };
    if (!path) heldBytes += size;
    const source: Source = { size, uses: 1, ...(path ? { path } : { bytes: Buffer.concat(chunks) }) };
    return { size, pieces: [{ source, from: 0, to: size }] };
  }

  function retain(content: Content): Content {
    for (const { source } of content.pieces) source.uses++;
    return content;
  }

  function release({ pieces }: Content): void {
    for (const { source } of pieces) {
      if (--source.uses > 0) continue;
      if (source.path) rmSync(source.path, { force: true });
      else heldBytes -= source.size;
    }
  }

  /** Bytes `from` to `to` (exclusive) as content of its own, sharing what is stored. */
  function slice(content: Content, from: number, to: number): Content {
    const pieces: Piece[] = [];
    let start = 0;
    for (const piece of content.pieces) {
      const length = piece.to - piece.from;
      const first = Math.max(0, from - start);
      const last = Math.min(length, to - start);
      if (first < last)
        pieces.push({ source: piece.source, from: piece.from + first, to: piece.from + last });
      start += length;
    }
    return retain({ size: Math.max(0, to - from), pieces });
  }

  /** Several contents as one, sharing what is stored. */
  function concat(contents: readonly Content[]): Content {
    const size = contents.reduce((sum, content) => sum + content.size, 0);
    return retain({ size, pieces: contents.flatMap(({ pieces }) => pieces) });
  }

  /** Reads bytes `from` to `to` (exclusive); what is deleted meanwhile can still be read to its end. */
  function read(content: Content, from = 0, to = content.size): AsyncIterable<Uint8Array> {
    const part = slice(content, from, to);
    let isOpen = true;
    const close = () => {
      if (isOpen) release(part);
      isOpen = false;
    };
    const bytes = bytesOfPieces(part.pieces);
    const iterator: AsyncIterator<Uint8Array> = {
      async next() {
        const result = await bytes.next();
        if (result.done) close();
        return result;
      },
      async return() {
        await bytes.return(undefined);
        close();
        return { done: true, value: undefined };
      },
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  return { receive, retain, release, slice, concat, read };
}

/** All of a body at once, for callers in this process. */
export async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* chunksOf(body: ObjectBody | undefined): AsyncGenerator<Uint8Array> {
  if (body === undefined) return;
  if (typeof body === 'string') yield Buffer.from(body);
  else if (body instanceof Uint8Array) yield body;
  else yield* body;
}

async function* bytesOfPieces(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const { source, from, to } of pieces) {
    if (source.bytes) yield source.bytes.subarray(from, to);
    else if (source.path) yield* bytesOfFile(source.path, from, to);
  }
}

async function* bytesOfFile(path: string, from: number, to: number): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    for (let position = from; position < to; ) {
      const buffer = Buffer.allocUnsafe(Math.min(LARGEST_IN_MEMORY_BYTES, to - position));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) throw new Error(`The object's file ${path} is shorter than it was.`);
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function tooLarge(ProposedSize: number) {
  return s3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
    ProposedSize,
    MaxSizeAllowed: LARGEST_UPLOAD_BYTES,
  });
}
