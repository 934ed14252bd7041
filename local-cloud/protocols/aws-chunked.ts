import { AwsError } from '../errors.ts';

/** A request's body as it comes in. */
export interface IncomingBody extends AsyncIterable<Uint8Array> {
  /** Headers that stand after the body, known once it has been read: `x-amz-checksum-crc32` … */
  readonly trailers: Readonly<Record<string, string>>;
  /** The names of those that are to come, as `x-amz-trailer` says. */
  readonly announced?: string;
}

/** A chunk's size line or a trailer is far shorter; a longer one is not this encoding. */
const LONGEST_LINE = 16 * 1024;

/**
 * Takes the `aws-chunked` encoding off a body: `<size in hex>[;chunk-signature=…]\r\n<bytes>\r\n … 0\r\n<trailers>\r\n`.
 * Signatures of chunks are not checked, as no signature is.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 * @param decodedLength what `x-amz-decoded-content-length` says
 * @throws AwsError IncompleteBody when the body ends early or is of another length; InvalidRequest when it is not so encoded
 */
export function decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  decodedLength: number | undefined,
): IncomingBody {
  const trailers: Record<string, string> = {};
  return { trailers, [Symbol.asyncIterator]: () => chunks(source, decodedLength, trailers) };
}

async function* chunks(
  source: AsyncIterable<Uint8Array>,
  decodedLength: number | undefined,
  trailers: Record<string, string>,
): AsyncGenerator<Uint8Array> {
  const reader = createReader(source);
  let total = 0;
  for (;;) {
    const line = await reader.line();
    const size = /^([0-9a-fA-F]{1,13})(;.*)?$/.exec(line)?.[1];
    if (size === undefined)
      throw new AwsError('InvalidRequest', 'The body is not in the aws-chunked encoding.');
    let left = Number.parseInt(size, 16);
    if (left === 0) break;
    total += left;
    while (left > 0) {
      const bytes = await reader.bytes(left);
      left -= bytes.length;
      yield bytes;
    }
    if ((await reader.line()) !== '') throw new AwsError('InvalidRequest', 'A chunk is longer than it says.');
  }
  for (let line = await reader.lastLine(); line !== ''; line = await reader.lastLine()) {
    const colon = line.indexOf(':');
    trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  if (decodedLength !== undefined && total !== decodedLength) throw incompleteBody();
}

function createReader(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]();
  let buffered: Buffer = Buffer.alloc(0);

  async function more(): Promise<boolean> {
    const { done, value } = await iterator.next();
    if (done) return false;
    buffered = buffered.length === 0 ? Buffer.from(value) : Buffer.concat([buffered, value]);
    return true;
  }

  async function line(): Promise<string> {
    let end = buffered.indexOf('\r\n');
    while (end < 0) {
      if (buffered.length > LONGEST_LINE) {
        throw new AwsError('InvalidRequest', 'The body is not in the aws-chunked encoding.');
      }
      if (!(await more())) throw incompleteBody();
      end = buffered.indexOf('\r\n');
    }
    const text = buffered.toString('latin1', 0, end);
    buffered = buffered.subarray(end + 2);
    return text;
  }

  return {
    line,
    /** A line of the trailers; clients may leave out the empty one at the end. */
    async lastLine(): Promise<string> {
      if (buffered.length === 0 && !(await more())) return '';
      return line();
    },
    /** At least one byte, at most so many. */
    async bytes(most: number): Promise<Uint8Array> {
      if (buffered.length === 0 && !(await more())) throw incompleteBody();
      const bytes = buffered.subarray(0, most);
      buffered = buffered.subarray(bytes.length);
      return bytes;
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function incompleteBody(): AwsError {
  return new AwsError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  );
}
