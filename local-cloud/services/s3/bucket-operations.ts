import type {
  CreateBucketOutput,
  CreateBucketRequest,
  DeleteBucketRequest,
  GetBucketLocationOutput,
  GetBucketLocationRequest,
  HeadBucketOutput,
  HeadBucketRequest,
  ListBucketsOutput,
  ListBucketsRequest,
} from '@aws-sdk/client-s3';
import type { Cloud } from '../../service.ts';
import { type Buckets, isOwnership, ownerOf, refuseAcls, refuseMembers } from './buckets.ts';
import { invalidArgument, s3Error } from './errors.ts';
import { readTags } from './tags.ts';

/** The only region whose buckets have no location constraint. */
const CLASSIC_REGION = 'us-east-1';

export function createBucketOperations(cloud: Cloud, buckets: Buckets) {
  return {
    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
    CreateBucket(input: CreateBucketRequest): CreateBucketOutput {
      const { Bucket: name = '', CreateBucketConfiguration: configuration } = input;
      refuseMembers(input, { ObjectLockEnabledForBucket: [false], BucketNamespace: [] });
      refuseMembers(configuration ?? {}, { Location: [], Bucket: [] });
      refuseAcls(input);
      const tags = configuration?.Tags ? readTags(configuration.Tags, 'bucket') : {};
      checkLocation(cloud.region, configuration?.LocationConstraint);
      const ownership = input.ObjectOwnership;
      if (ownership !== undefined && !isOwnership(ownership)) {
        throw invalidArgument(
          `Invalid x-amz-object-ownership header: ${String(ownership)}`,
          'x-amz-object-ownership',
        );
      }
      const existing = buckets.find(name);
      if (existing) {
        // In us-east-1, and only there, creating one's own bucket again succeeds.
        if (cloud.region === CLASSIC_REGION) return { Location: `/${name}`, BucketArn: existing.arn };
        throw s3Error(
          'BucketAlreadyOwnedByYou',
          'Your previous request to create the named bucket succeeded and you already own it.',
          409,
          { BucketName: name },
        );
      }
      const bucket = buckets.create(name, ownership);
      bucket.tags = tags;
      const Location = cloud.region === CLASSIC_REGION ? `/${name}` : `http://${name}.s3.amazonaws.com/`;
      return { Location, BucketArn: bucket.arn };
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
    HeadBucket(input: HeadBucketRequest): HeadBucketOutput {
      const bucket = buckets.get(input);
      return { BucketRegion: cloud.region, BucketArn: bucket.arn, AccessPointAlias: false };
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
    DeleteBucket(input: DeleteBucketRequest): void {
      const bucket = buckets.get(input);
      if (!bucket.objects.isEmpty) {
        throw s3Error(
          'BucketNotEmpty',
          bucket.versioning
            ? 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.'
            : 'The bucket you tried to delete is not empty',
          409,
          { BucketName: bucket.name },
        );
      }
      for (const upload of bucket.uploads.values()) {
        for (const part of upload.parts.values()) buckets.contents.release(part.content);
      }
      buckets.remove(bucket);
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
    ListBuckets(input: ListBucketsRequest): ListBucketsOutput {
      const { Prefix = '', ContinuationToken, BucketRegion, MaxBuckets } = input;
      if (MaxBuckets !== undefined && (MaxBuckets < 1 || MaxBuckets > 10_000)) {
        throw invalidArgument(
          'Argument max-buckets must be an integer between 1 and 10000',
          'max-buckets',
          MaxBuckets,
        );
      }
      const after = ContinuationToken ? Buffer.from(ContinuationToken, 'base64').toString('utf8') : '';
      const inRegion = BucketRegion === undefined || BucketRegion === cloud.region;
      const all = inRegion ? buckets.all().filter(({ name }) => name.startsWith(Prefix) && name > after) : [];
      const page = all.slice(0, MaxBuckets);
      // S3 names the regions when the request has a parameter.
      const asksForRegions = [input.Prefix, ContinuationToken, BucketRegion, MaxBuckets].some(
        (parameter) => parameter !== undefined,
      );
      const last = page.length < all.length ? page.at(-1)?.name : undefined;
      return {
        Owner: ownerOf(cloud),
        Buckets: page.map(({ name, createdAt, arn }) => ({
          Name: name,
          CreationDate: new Date(createdAt),
          BucketArn: arn,
          ...(asksForRegions && { BucketRegion: cloud.region }),
        })),
        ...(last !== undefined && { ContinuationToken: Buffer.from(last).toString('base64') }),
        ...(input.Prefix !== undefined && { Prefix }),
      };
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
    GetBucketLocation(input: GetBucketLocationRequest): GetBucketLocationOutput {
      buckets.get(input);
      // Null for us-east-1, which is an empty element on the wire.
      const region = cloud.region === CLASSIC_REGION ? '' : cloud.region;
      return { LocationConstraint: region as GetBucketLocationOutput['LocationConstraint'] };
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html */
function checkLocation(region: string, constraint: string | undefined): void {
  if (region === CLASSIC_REGION ? !constraint : constraint === region) return;
  const isAnother = constraint !== CLASSIC_REGION && /^(EU|[a-z]{2}(-[a-z]+)+-\d)$/.test(constraint ?? '');
  if (region === CLASSIC_REGION && !isAnother) {
    throw s3Error('InvalidLocationConstraint', 'The specified location-constraint is not valid', 400, {
      LocationConstraint: constraint,
    });
  }
  throw s3Error(
    'IllegalLocationConstraintException',
    `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}
