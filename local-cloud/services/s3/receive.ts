import {
  ALGORITHMS,
  type Algorithm,
  algorithmOf,
  type Checksum,
  type ChecksumRequest,
  createChecksum,
  createDigest,
  verifyChecksum,
  verifyMd5,
} from './checksums.ts';
import type { Content, Contents, ObjectBody } from './contents.ts';

/** A body that has been taken in and found sound. */
export interface Received {
  readonly content: Content;
  /** MD5 in hexadecimal: the ETag of what is uploaded in one piece. */
  readonly etag: string;
  readonly checksum: Checksum;
}

/**
 * Takes in a body and checks it against the checksums that came with it.
 * @param fallback the checksum that S3 works out when the request names none:
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 * @throws BadDigest, InvalidDigest, InvalidRequest
 */
export async function receive(
  contents: Contents,
  body: ObjectBody | undefined,
  request: ChecksumRequest,
  fallback: Algorithm = 'CRC64NVME',
): Promise<Received> {
  const algorithm = givenAlgorithm(body, request) ?? fallback;
  const md5 = createDigest('md5');
  const hash = createChecksum(algorithm);
  const content = await contents.receive(body, [md5, hash]);
  try {
    const digest = await md5.digest();
    const value = base64(await hash.digest());
    const trailers = isIncoming(body) ? body.trailers : undefined;
    verifyMd5(digest, request);
    verifyChecksum(algorithm, value, request, trailers ?? {});
    return {
      content,
      etag: Buffer.from(digest).toString('hex'),
      checksum: { algorithm, value, type: 'FULL_OBJECT' },
    };
  } catch (error) {
    contents.release(content);
    throw error;
  }
}

/**
 * The algorithm of the checksum that comes with a body. Over HTTP a name alone is none: it goes with a checksum, in a
 * header or behind the body.
 * @throws InvalidRequest
 */
export function givenAlgorithm(
  body: ObjectBody | undefined,
  { ChecksumAlgorithm, ...request }: ChecksumRequest,
): Algorithm | undefined {
  const named = algorithmOf({ ChecksumAlgorithm });
  const given = algorithmOf(request);
  if (given || !isIncoming(body)) return given ?? named;
  const announced = body.announced?.toLowerCase().split(/[,\s]+/);
  return ALGORITHMS.find((algorithm) => announced?.includes(`x-amz-checksum-${algorithm.toLowerCase()}`));
}

function isIncoming(body: ObjectBody | undefined): body is Extract<ObjectBody, AsyncIterable<Uint8Array>> {
  return typeof body === 'object' && 'trailers' in body;
}

/** Reads stored bytes again, for the digests that they do not have yet. */
export async function digest(
  contents: Contents,
  content: Content,
  algorithm: Algorithm,
): Promise<Omit<Received, 'content'>> {
  const md5 = createDigest('md5');
  const hash = createChecksum(algorithm);
  for await (const chunk of contents.read(content)) {
    md5.update(chunk);
    hash.update(chunk);
  }
  return {
    etag: Buffer.from(await md5.digest()).toString('hex'),
    checksum: { algorithm, value: base64(await hash.digest()), type: 'FULL_OBJECT' },
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
