import { notSupported } from '../../errors.ts';
import { refuseAcls, refuseMembers } from './buckets.ts';
import { s3Error } from './errors.ts';
import type { ObjectHeaders } from './objects.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const LONGEST_KEY_BYTES = 1024;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html: 2 KB of user-defined metadata. */
const MOST_METADATA_BYTES = 2048;

/** Classes whose objects are read at once. https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html */
const STORAGE_CLASSES = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'REDUCED_REDUNDANCY',
];
const ARCHIVES = ['GLACIER', 'DEEP_ARCHIVE'];

/** What the operations that make an object have in common. */
export interface ObjectInput extends ObjectHeaders {
  Key?: string;
  Metadata?: Record<string, string>;
  StorageClass?: string;
}

/** @throws UnsupportedOperation, AccessControlListNotSupported for what S3 does not do here */
export function refuseObjectMembers(input: object): void {
  refuseAcls(input);
  refuseMembers(input, {
    BucketKeyEnabled: [false],
    CopySourceSSECustomerAlgorithm: [],
    ObjectLockLegalHoldStatus: ['OFF'],
    ObjectLockMode: [],
    RequestPayer: [],
    SSECustomerAlgorithm: [],
    SSEKMSEncryptionContext: [],
    SSEKMSKeyId: [],
    ServerSideEncryption: ['AES256'],
    WebsiteRedirectLocation: [],
    WriteOffsetBytes: [],
  });
}

/** @throws KeyTooLongError */
export function checkKey(key: string | undefined): string {
  if (key === undefined || key === '')
    throw s3Error('InvalidRequest', 'The request must contain the parameter Key.');
  const Size = Buffer.byteLength(key);
  if (Size <= LONGEST_KEY_BYTES) return key;
  throw s3Error('KeyTooLongError', 'Your key is too long', 400, { Size, MaxSizeAllowed: LONGEST_KEY_BYTES });
}

/** @throws MetadataTooLarge */
export function metadataOf({ Metadata = {} }: ObjectInput): Record<string, string> {
  const metadata: Record<string, string> = {};
  let size = 0;
  for (const [name, value] of Object.entries(Metadata)) {
    metadata[name.toLowerCase()] = value;
    size += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (size <= MOST_METADATA_BYTES) return metadata;
  throw s3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', 400, {
    Size: size,
    MaxSizeAllowed: MOST_METADATA_BYTES,
  });
}

/** @throws InvalidStorageClass */
export function storageClassOf({ StorageClass = 'STANDARD' }: ObjectInput): string {
  if (ARCHIVES.includes(StorageClass)) throw notSupported(`S3's storage class ${StorageClass}`);
  if (STORAGE_CLASSES.includes(StorageClass)) return StorageClass;
  throw s3Error('InvalidStorageClass', 'The storage class you specified is not valid', 400, {
    StorageClassRequested: StorageClass,
  });
}

export function headersOf(input: ObjectInput): ObjectHeaders {
  // `aws-chunked` is how the body came, not what is stored.
  const encoding = input.ContentEncoding?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked' && part !== '')
    .join(',');
  return {
    ContentType: input.ContentType ?? 'binary/octet-stream',
    ...(encoding && { ContentEncoding: encoding }),
    ...(input.ContentDisposition !== undefined && { ContentDisposition: input.ContentDisposition }),
    ...(input.ContentLanguage !== undefined && { ContentLanguage: input.ContentLanguage }),
    ...(input.CacheControl !== undefined && { CacheControl: input.CacheControl }),
    ...(input.Expires && !Number.isNaN(input.Expires.getTime()) && { Expires: input.Expires }),
  };
}
