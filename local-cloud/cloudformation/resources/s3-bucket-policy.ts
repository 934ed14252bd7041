import type { PropertyReader } from '../properties.ts';
import { inPlace, type ResourceType, replacement } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html */
export const s3BucketPolicy: ResourceType = {
  type: 'AWS::S3::BucketPolicy',
  properties: {
    Bucket: { ...replacement, required: true },
    PolicyDocument: { ...inPlace, required: true },
  },
  attributes: [],

  async create(properties, context) {
    await setPolicy(properties, context);
    return { physicalId: properties.requiredText('Bucket'), attributes: {} };
  },

  async update(current, properties, _, context) {
    await setPolicy(properties, context);
    return current;
  },

  async delete({ physicalId: Bucket }, _, { services, call }) {
    await services.s3.DeleteBucketPolicy({ Bucket }, call());
  },
};

async function setPolicy(properties: PropertyReader, { services, call }: ResourceContext): Promise<void> {
  const Bucket = properties.requiredText('Bucket');
  await services.s3.PutBucketPolicy({ Bucket, Policy: properties.json('PolicyDocument') }, call());
}
