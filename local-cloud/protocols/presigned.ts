import { AwsError } from '../errors.ts';

/** Who signed a presigned URL, and for which service; undefined for any other query. */
export function scopeOfPresigned(
  query: URLSearchParams,
): { accessKeyId: string; service: string } | undefined {
  const [accessKeyId, , , service] = (query.get('X-Amz-Credential') ?? '').split('/');
  if (accessKeyId && service) return { accessKeyId, service };
  // Older clients, the AWS CLI among them, presign S3's URLs with signature version 2.
  const olderKey = query.has('Signature') ? query.get('AWSAccessKeyId') : undefined;
  return olderKey ? { accessKeyId: olderKey, service: 's3' } : undefined;
}

/**
 * The refusal of a presigned URL whose time is over.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 * @param now cloud time in epoch milliseconds
 */
export function expiryOfPresigned(query: URLSearchParams, now: number): AwsError | undefined {
  const expiresAt = expiresAtOf(query);
  if (expiresAt === undefined || now < expiresAt) return undefined;
  return new AwsError('AccessDenied', 'Request has expired', {
    status: 403,
    members: {
      'X-Amz-Expires': query.get('X-Amz-Expires') ?? undefined,
      Expires: new Date(expiresAt).toISOString().replace(/\.\d+Z$/, 'Z'),
      ServerTime: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
    },
  });
}

function expiresAtOf(query: URLSearchParams): number | undefined {
  const seconds = query.get('X-Amz-Expires');
  const signedAt = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '');
  if (seconds !== null && signedAt) {
    const [year, month, day, hour, minute, second] = signedAt.slice(1).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return Date.UTC(year, month - 1, day, hour, minute, second) + Number(seconds) * 1000;
  }
  const expires = query.has('Signature') ? query.get('Expires') : null;
  return expires === null ? undefined : Number(expires) * 1000;
}
