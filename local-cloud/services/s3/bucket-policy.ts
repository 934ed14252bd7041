import type {
  DeleteBucketPolicyRequest,
  GetBucketPolicyOutput,
  GetBucketPolicyRequest,
  PutBucketPolicyRequest,
} from '@aws-sdk/client-s3';
import type { AwsError } from '../../errors.ts';
import { checkResourcePolicy } from '../../iam/policy.ts';
import type { Bucket, Buckets } from './buckets.ts';
import { s3Error } from './errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html: 20 KB. */
const LARGEST_POLICY_BYTES = 20 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
export function createBucketPolicyOperations(buckets: Buckets) {
  return {
    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
    PutBucketPolicy(input: PutBucketPolicyRequest): void {
      const bucket = buckets.get(input);
      bucket.policy = checkPolicy(bucket, input.Policy ?? '');
    },

    GetBucketPolicy(input: GetBucketPolicyRequest): GetBucketPolicyOutput {
      const { policy, name } = buckets.get(input);
      if (policy !== undefined) return { Policy: policy };
      throw s3Error('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, { BucketName: name });
    },

    DeleteBucketPolicy(input: DeleteBucketPolicyRequest): void {
      buckets.get(input).policy = undefined;
    },
  };
}

interface StatementText {
  Effect?: string;
  Principal?: unknown;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: object;
}

function checkPolicy(bucket: Bucket, text: string): string {
  if (Buffer.byteLength(text) > LARGEST_POLICY_BYTES)
    throw malformedPolicy('Policy exceeds the maximum allowed size.');
  const statements = statementsOf(text);
  checkResourcePolicy(text, (message) => malformedPolicy(inWordsOfS3(message)));
  for (const { Action, NotAction, Resource, NotResource } of statements) {
    const actions = [Action ?? NotAction ?? []].flat();
    if (!actions.every((action) => /^(\*$|s3:)/i.test(action)))
      throw malformedPolicy('Policy has invalid action');
    for (const resource of [Resource ?? NotResource ?? []].flat()) {
      const within = resource === bucket.arn || resource.startsWith(`${bucket.arn}/`) || resource === '*';
      if (!within && !covers(resource, bucket.arn)) throw malformedPolicy('Policy has invalid resource');
    }
  }
  if (bucket.publicAccessBlock?.BlockPublicPolicy && statements.some(isPublic)) {
    throw s3Error(
      'AccessDenied',
      `User is not authorized to perform: s3:PutBucketPolicy on resource: "${bucket.arn}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
      403,
    );
  }
  return text;
}

function statementsOf(text: string): StatementText[] {
  if (!text.startsWith('{')) {
    throw malformedPolicy("Policies must be valid JSON and the first byte must be '{'");
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformedPolicy('This policy contains invalid Json');
  }
  const { Statement } = document as { Statement?: StatementText | StatementText[] | null };
  if (Statement === undefined) throw malformedPolicy('Missing required field Statement');
  const statements = [Statement ?? []].flat();
  if (statements.length === 0) throw malformedPolicy('Could not parse the policy: Statement is empty!');
  for (const statement of statements) checkEffect(statement ?? {});
  return statements;
}

function checkEffect({ Effect }: StatementText): void {
  if (Effect === undefined) throw malformedPolicy('Missing required field Effect');
  if (Effect !== 'Allow' && Effect !== 'Deny') throw malformedPolicy(`Invalid effect: ${Effect}`);
}

/** What S3 says where IAM has other words. */
const WORDS: readonly (readonly [iam: RegExp, s3: string])[] = [
  [/^Syntax errors/, 'Invalid policy syntax.'],
  [/^Invalid principal/, 'Invalid principal in policy'],
  [/must contain actions/, 'Missing required field Action'],
  [/must contain resources/, 'Missing required field Resource'],
  [/^Resource .* must be in ARN format/, 'Policy has invalid resource'],
  [/^Actions\/Condition|^Vendor /, 'Policy has invalid action'],
];

function inWordsOfS3(message: string): string {
  return WORDS.find(([iam]) => iam.test(message))?.[1] ?? message;
}

/** A resource with wildcards that this bucket may be among. */
function covers(resource: string, arn: string): boolean {
  const pattern = resource.split('/')[0] ?? '';
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(arn);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status */
function isPublic({ Effect, Principal, Condition }: StatementText): boolean {
  if (Effect !== 'Allow' || (Condition && Object.keys(Condition).length > 0)) return false;
  const accounts = Principal === '*' ? '*' : (Principal as { AWS?: string | string[] } | undefined)?.AWS;
  return [accounts ?? []].flat().includes('*');
}

function malformedPolicy(message: string): AwsError {
  return s3Error('MalformedPolicy', message);
}
