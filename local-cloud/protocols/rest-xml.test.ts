import { describe, expect, it } from 'vitest';
import { AwsError } from '../errors.ts';
import { restXml } from './rest-xml.ts';
import type { WireRequest, WireService } from './types.ts';
import { wireServiceOf } from './wire-services.ts';

const s3 = (await wireServiceOf('s3')) as WireService;
const NO_BODY = new Uint8Array();

function request(line: string, headers: Record<string, string> = {}): WireRequest {
  const [method = '', target = ''] = line.split(' ');
  const [path = '', query = ''] = target.split('?');
  return { method, path, query: new URLSearchParams(query), headers, body: NO_BODY };
}

describe('the operation of a request', () => {
  const copy = { 'x-amz-copy-source': 'b/k' };
  const cases: readonly [string, string, Record<string, string>?][] = [
    ['GET /', 'ListBuckets'],
    ['PUT /b', 'CreateBucket'],
    ['PUT /b/', 'CreateBucket'],
    ['HEAD /b', 'HeadBucket'],
    ['GET /b', 'ListObjects'],
    ['GET /b?list-type=2&prefix=x', 'ListObjectsV2'],
    ['GET /b?versions', 'ListObjectVersions'],
    ['GET /b?uploads', 'ListMultipartUploads'],
    ['GET /b?location', 'GetBucketLocation'],
    ['PUT /b?notification=', 'PutBucketNotificationConfiguration'],
    ['POST /b?delete', 'DeleteObjects'],
    ['GET /b/k', 'GetObject'],
    ['GET /b/a/b/c?versionId=1', 'GetObject'],
    ['HEAD /b/k', 'HeadObject'],
    ['GET /b/k?tagging', 'GetObjectTagging'],
    ['GET /b/k?uploadId=1', 'ListParts'],
    ['PUT /b/k', 'PutObject'],
    ['PUT /b/k', 'CopyObject', copy],
    ['PUT /b/k?partNumber=1&uploadId=1', 'UploadPart'],
    ['PUT /b/k?partNumber=1&uploadId=1', 'UploadPartCopy', copy],
    ['POST /b/k?uploads', 'CreateMultipartUpload'],
    ['POST /b/k?uploadId=1', 'CompleteMultipartUpload'],
    ['DELETE /b/k', 'DeleteObject'],
    ['DELETE /b/k?uploadId=1', 'AbortMultipartUpload'],
    ['GET /k', 'GetObject', { host: 'b.localhost:4566' }],
    ['GET /', 'ListObjects', { host: 'b.s3.localhost' }],
    ['GET /b', 'ListObjects', { host: 's3.us-east-1.localhost' }],
  ];
  for (const [line, operation, headers] of cases) {
    it(`${line}${headers ? ` with ${Object.entries(headers)[0]?.join(': ')}` : ''} is ${operation}`, () => {
      expect(restXml.parse(s3, request(line, headers))?.operation).toBe(operation);
    });
  }

  it('is none for a method that S3 does not have, or a path that is malformed', () => {
    expect(restXml.parse(s3, request('PATCH /b/k'))).toBeUndefined();
    expect(restXml.parse(s3, request('GET /b/%zz'))).toBeUndefined();
  });
});

describe('an error', () => {
  it('is bare XML; members in lower case are headers', () => {
    const error = new AwsError('NoSuchKey', 'It is <gone>.', {
      status: 404,
      members: { Key: 'a&b', 'x-amz-delete-marker': 'true' },
    });
    const { status, headers, body } = restXml.writeError(s3, error, '01234567-89ab-4cde-8f01-23456789abcd');
    expect(status).toBe(404);
    expect(headers).toMatchObject({
      'content-type': 'application/xml',
      'x-amz-delete-marker': 'true',
      'x-amz-request-id': '0123456789AB4CDE',
    });
    expect(body).toContain(
      '<Error><Code>NoSuchKey</Code><Message>It is &lt;gone&gt;.</Message><Key>a&amp;b</Key><RequestId>0123456789AB4CDE</RequestId>',
    );
  });
});
