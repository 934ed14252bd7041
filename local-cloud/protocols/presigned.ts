import { AwsError } from '../errors.ts';
import type { WireRequest } from './types.ts';

const VERSION_4 = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
] as const;
const VERSION_2 = ['Signature', 'Expires', 'AWSAccessKeyId'] as const;

/** Parameters that say who signs; not headers of the request. */
const AUTHENTICATION: ReadonlySet<string> = new Set([
  ...VERSION_4.map((name) => name.toLowerCase()),
  'x-amz-content-sha256',
  'x-amz-security-token',
]);

/** Who signed a presigned URL, and for which service; undefined for any other query. */
export function scopeOfPresigned(
  query: URLSearchParams,
): { accessKeyId: string; service: string } | undefined {
  const [accessKeyId, , , service] = (query.get('X-Amz-Credential') ?? '').split('/');
  if (accessKeyId && service) return { accessKeyId, service };
  // Older clients, the AWS CLI among them, presign S3's URLs with signature version 2. What is incomplete is
  // S3's too, which says what is missing: no other service's URLs come by without their credential.
  const isPresigned = [...VERSION_4, 'Signature', 'AWSAccessKeyId'].some((name) => query.has(name));
  return isPresigned ? { accessKeyId: query.get('AWSAccessKeyId') ?? '', service: 's3' } : undefined;
}

/**
 * Why S3 does not take a presigned URL, whoever signed it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 * @param now cloud time in epoch milliseconds
 */
export function refusalOfPresigned(
  { query, headers }: Pick<WireRequest, 'query' | 'headers'>,
  now: number,
): AwsError | undefined {
  return refusalOfParameters(query) ?? expiryOfPresigned(query, now) ?? refusalOfHeaders(query, headers);
}

/**
 * A request with the headers that its presigned URL carries as parameters: `x-amz-meta-…`, `x-amz-tagging` …
 * S3 does not look at checksums there: they are those of the body that the signer did not have.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 */
export function withSignedParameters(request: WireRequest): WireRequest {
  if (!request.query.has('X-Amz-Signature')) return request;
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of request.query) {
    const header = name.toLowerCase();
    const isChecksum = /^x-amz-(checksum-(?!mode$)|sdk-checksum-)/.test(header);
    if (header.startsWith('x-amz-') && !isChecksum && !AUTHENTICATION.has(header)) headers[header] = value;
  }
  return { ...request, headers: { ...headers, ...request.headers } };
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

function refusalOfParameters(query: URLSearchParams): AwsError | undefined {
  const has = (name: string) => query.has(name);
  if (VERSION_4.some(has)) {
    if (!VERSION_4.every(has)) {
      return parametersError(
        'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
      );
    }
    if ((query.get('X-Amz-Credential') ?? '').split('/').length >= 5) return undefined;
    return parametersError(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  if (!VERSION_2.some(has) || VERSION_2.every(has)) return undefined;
  return new AwsError(
    'AccessDenied',
    'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    { status: 403 },
  );
}

/** Every header of S3's own must be among those that were signed; the hash of the body need not. */
function refusalOfHeaders(query: URLSearchParams, headers: WireRequest['headers']): AwsError | undefined {
  const signed = query.get('X-Amz-SignedHeaders');
  if (signed === null) return undefined;
  const names = new Set(['x-amz-content-sha256', ...signed.toLowerCase().split(';')]);
  const others = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !names.has(name));
  if (others.length === 0) return undefined;
  return new AwsError('AccessDenied', 'There were headers present in the request which were not signed', {
    status: 403,
    members: { HeadersNotSigned: others.join(', ') },
  });
}

function parametersError(message: string): AwsError {
  return new AwsError('AuthorizationQueryParametersError', message);
}
