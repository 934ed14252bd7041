import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import { notSupported } from '../../errors.ts';
import { invalidRequest, s3Error } from './errors.ts';

/** A running checksum of bytes. */
export interface Hash {
  update(bytes: Uint8Array): void;
  digest(): Promise<Uint8Array>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export type Algorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

/** Checksums as the operations' members name them, base64. */
export interface ChecksumMembers {
  ChecksumCRC32?: string;
  ChecksumCRC32C?: string;
  ChecksumCRC64NVME?: string;
  ChecksumSHA1?: string;
  ChecksumSHA256?: string;
}

/** An object's checksum, as it is kept. */
export interface Checksum {
  readonly algorithm: Algorithm;
  /** Base64; of a multipart object's parts with `-<number of parts>` behind it. */
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

const BYTES: Readonly<Record<Algorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};
export const ALGORITHMS = Object.keys(BYTES) as readonly Algorithm[];

export function createChecksum(algorithm: Algorithm): Hash {
  switch (algorithm) {
    case 'CRC32':
      return createCrc32();
    case 'CRC32C':
      return new Crc32c();
    case 'CRC64NVME':
      return new Crc64Nvme();
    default:
      return createDigest(algorithm.toLowerCase());
  }
}

/** A digest by its name in node:crypto. */
export function createDigest(name: string): Hash {
  const hash = createHash(name);
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    digest: async () => hash.digest(),
  };
}

function createCrc32(): Hash {
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    async digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}

export function checksumMember(algorithm: Algorithm): keyof ChecksumMembers {
  return `Checksum${algorithm}`;
}

/** A checksum as members of an output. */
export function checksumMembers(
  checksum: Checksum | undefined,
): ChecksumMembers & { ChecksumType?: Checksum['type'] } {
  if (!checksum) return {};
  return { [checksumMember(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type };
}

/** What a request says of its body's checksum. */
export interface ChecksumRequest extends ChecksumMembers {
  ChecksumAlgorithm?: string;
  ContentMD5?: string;
}

const NOT_HERE = [
  'ChecksumMD5',
  'ChecksumSHA512',
  'ChecksumXXHASH64',
  'ChecksumXXHASH3',
  'ChecksumXXHASH128',
];

/**
 * The algorithm that a request names, in a checksum or by itself.
 * @throws InvalidRequest for an unknown one or for several; UnsupportedOperation for those that are not supported here
 */
export function algorithmOf(input: ChecksumRequest): Algorithm | undefined {
  const unsupported = NOT_HERE.find((name) => (input as Record<string, unknown>)[name] !== undefined);
  if (unsupported) throw notSupported(`S3's ${unsupported}`);
  const given = ALGORITHMS.filter((algorithm) => input[checksumMember(algorithm)] !== undefined);
  if (given.length > 1) {
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  for (const algorithm of given) checkForm(algorithm, input[checksumMember(algorithm)] ?? '');
  const named = input.ChecksumAlgorithm?.toUpperCase();
  if (named !== undefined && !ALGORITHMS.includes(named as Algorithm)) {
    throw invalidRequest(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  }
  return given[0] ?? (named as Algorithm | undefined);
}

/**
 * Compares the checksum of what arrived with the one that came with it.
 * @param trailers headers behind the body
 * @throws BadDigest when they differ
 */
export function verifyChecksum(
  algorithm: Algorithm,
  value: string,
  input: ChecksumRequest,
  trailers: Readonly<Record<string, string>>,
): void {
  const trailer = Object.keys(trailers).find((name) => name.startsWith('x-amz-checksum-'));
  const expected = input[checksumMember(algorithm)] ?? trailers[`x-amz-checksum-${algorithm.toLowerCase()}`];
  if (expected === undefined) {
    if (trailer)
      throw invalidRequest(`The trailer ${trailer} does not fit the checksum algorithm ${algorithm}.`);
    return;
  }
  checkForm(algorithm, expected);
  if (expected !== value) {
    throw s3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
}

/** @throws BadDigest, InvalidDigest */
export function verifyMd5(md5: Uint8Array, request: ChecksumRequest): void {
  const { ContentMD5: expected } = request;
  if (expected === undefined) return;
  const bytes = Buffer.from(expected, 'base64');
  if (bytes.length !== 16) {
    throw s3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.', 400, {
      'Content-MD5': expected,
    });
  }
  if (!bytes.equals(md5)) {
    throw s3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.', 400, {
      // S3 says it of an object in hexadecimal, of a part as it came.
      ExpectedDigest: 'PartNumber' in request ? expected : bytes.toString('hex'),
      CalculatedDigest: Buffer.from(md5).toString('base64'),
    });
  }
}

function checkForm(algorithm: Algorithm, value: string): void {
  if (Buffer.from(value, 'base64').length !== BYTES[algorithm]) {
    throw invalidRequest(`Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`);
  }
}
