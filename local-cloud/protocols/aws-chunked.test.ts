import { describe, expect, it } from 'vitest';
import { decodeAwsChunked } from './aws-chunked.ts';

/** The body in pieces of `size` bytes, as a network may deliver it. */
async function* inPieces(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function decode(text: string, size = 1024, decodedLength?: number) {
  const body = decodeAwsChunked(inPieces(text, size), decodedLength);
  let decoded = '';
  for await (const chunk of body) decoded += Buffer.from(chunk).toString();
  return { decoded, trailers: body.trailers };
}

describe('the aws-chunked encoding', () => {
  const BODY = '5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n';

  for (const size of [1, 2, 3, 7, 1024]) {
    it(`is taken off a body that comes in pieces of ${size} bytes, and leaves the trailers`, async () => {
      expect(await decode(BODY, size, 11)).toEqual({
        decoded: 'hello world',
        trailers: { 'x-amz-checksum-crc32': 'DUoRhQ==' },
      });
    });
  }

  it('may carry signatures', async () => {
    const { decoded } = await decode('2;chunk-signature=abc\r\nhi\r\n0;chunk-signature=def\r\n\r\n');
    expect(decoded).toBe('hi');
  });

  it('may hold nothing', async () => {
    expect((await decode('0\r\n\r\n', 1024, 0)).decoded).toBe('');
  });

  it('that ends early, or is of another length than it says, is IncompleteBody', async () => {
    for (const text of ['5\r\nhel', '5\r\nhello\r\n', '']) {
      await expect(decode(text)).rejects.toMatchObject({ name: 'IncompleteBody' });
    }
    await expect(decode(BODY, 1024, 12)).rejects.toMatchObject({ name: 'IncompleteBody' });
  });

  it('that is none is refused', async () => {
    for (const text of ['hello\r\n', '2\r\nhello\r\n0\r\n\r\n', 'x'.repeat(40_000)]) {
      await expect(decode(text)).rejects.toMatchObject({ name: 'InvalidRequest' });
    }
  });
});
