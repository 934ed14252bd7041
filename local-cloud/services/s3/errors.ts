import { AwsError } from '../../errors.ts';

/**
 * S3's errors. Members in upper case stand in the XML, those in lower case are headers.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function s3Error(
  code: string,
  message: string,
  status = 400,
  members: Readonly<Record<string, unknown>> = {},
): AwsError {
  return new AwsError(code, message, { status, members });
}

export function noSuchBucket(BucketName: string): AwsError {
  return s3Error('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName });
}

export function noSuchKey(Key: string, headers: Readonly<Record<string, unknown>> = {}): AwsError {
  return s3Error('NoSuchKey', 'The specified key does not exist.', 404, { Key, ...headers });
}

export function noSuchVersion(Key: string, VersionId: string): AwsError {
  return s3Error('NoSuchVersion', 'The specified version does not exist.', 404, { Key, VersionId });
}

/** Of a version id that S3 has not made. */
export function invalidVersionId(VersionId: string): AwsError {
  return invalidArgument('Invalid version id specified', 'versionId', VersionId);
}

export function noSuchUpload(UploadId: string): AwsError {
  return s3Error(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    404,
    { UploadId },
  );
}

export function invalidArgument(message: string, ArgumentName?: string, ArgumentValue?: unknown): AwsError {
  return s3Error('InvalidArgument', message, 400, { ArgumentName, ArgumentValue });
}

export function invalidRequest(message: string): AwsError {
  return s3Error('InvalidRequest', message);
}

export function malformedXml(): AwsError {
  return s3Error(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

export function preconditionFailed(Condition: string): AwsError {
  return s3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition,
  });
}

export function methodNotAllowed(Method: string, ResourceType: string, headers: object = {}): AwsError {
  return s3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405, {
    Method,
    ResourceType,
    ...headers,
  });
}
