import { inPlace, type ResourceType, replacement } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** How CDK marks the buckets whose objects may go with the stack. */
const TAG = 'aws-cdk:auto-delete-objects';

/**
 * CDK's custom resource behind `autoDeleteObjects`: empties the bucket before it is deleted. Its provider's
 * function is deployed but never runs: what it would do is done here.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3-readme.html#bucket-deletion
 */
export const customS3AutoDeleteObjects: ResourceType = {
  type: 'Custom::S3AutoDeleteObjects',
  properties: {
    ServiceToken: { ...inPlace, required: true },
    BucketName: { ...replacement, required: true },
  },
  attributes: [],

  async create(_, context) {
    return { physicalId: context.newName(64), attributes: {} };
  },

  async delete(_, properties, context) {
    const Bucket = properties.requiredText('BucketName');
    if (await mayBeEmptied(Bucket, context)) await empty(Bucket, context);
  },
};

async function mayBeEmptied(Bucket: string, { services, call }: ResourceContext): Promise<boolean> {
  try {
    const { TagSet = [] } = await services.s3.GetBucketTagging({ Bucket }, call());
    return TagSet.some(({ Key, Value }) => Key === TAG && Value === 'true');
  } catch (error) {
    if (error instanceof Error && (error.name === 'NoSuchTagSet' || error.name === 'NoSuchBucket'))
      return false;
    throw error;
  }
}

async function empty(Bucket: string, { services, call }: ResourceContext): Promise<void> {
  for (;;) {
    const page = await services.s3.ListObjectVersions({ Bucket }, call());
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    if (Objects.length === 0) return;
    await services.s3.DeleteObjects({ Bucket, Delete: { Objects, Quiet: true } }, call());
  }
}
