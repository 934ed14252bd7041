import type { Call } from '../service.ts';
import { validationError } from './requests.ts';
import type { StackServices } from './services.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html: 1 MB. */
const LARGEST_TEMPLATE_BYTES = 1_048_576;

/**
 * Reads a template from the account's S3, as the caller.
 * @param url of an object, with the bucket in the path or in the host
 * @throws ValidationError when it is no such URL or the object cannot be read
 */
export async function readTemplateUrl(url: string, { s3 }: StackServices, call: Call): Promise<string> {
  const { Bucket, Key, VersionId } = addressOf(url);
  try {
    const { Body } = await s3.GetObject({ Bucket, Key, ...(VersionId && { VersionId }) }, call);
    return await textOf(Body);
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'ValidationError') throw error;
    throw validationError(
      `S3 error: ${error.message}\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html`,
    );
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LARGEST_TEMPLATE_BYTES) {
      throw validationError(`Template may not exceed ${LARGEST_TEMPLATE_BYTES} bytes in size.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
function addressOf(text: string): { Bucket: string; Key: string; VersionId?: string } {
  if (!URL.canParse(text)) throw validationError('TemplateURL must be a supported URL.');
  const url = new URL(text);
  if (url.protocol === 's3:') {
    throw validationError(`S3 error: Domain name specified in ${url.hostname} is not a valid S3 domain`);
  }
  const path = decoded(url.pathname.slice(1));
  const VersionId = url.searchParams.get('versionId') ?? undefined;
  // An address of this machine stands where S3's would stand on AWS.
  const inHost = /^(.+)\.(?:s3[.-][a-z0-9.-]*amazonaws\.com|localhost)$/.exec(url.hostname)?.[1];
  if (inHost) return { Bucket: inHost, Key: path, VersionId };
  const slash = path.indexOf('/');
  const isS3 = /^(s3[.-][a-z0-9.-]*amazonaws\.com|localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (!isS3 || slash < 1) throw validationError('TemplateURL must be a supported URL.');
  return { Bucket: path.slice(0, slash), Key: path.slice(slash + 1), VersionId };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw validationError('TemplateURL must be a supported URL.');
  }
}
