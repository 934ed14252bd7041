import type { PropertyReader } from '../properties.ts';
import { inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/**
 * CDK's custom resource that sets the retention of a log group which a function makes itself. Its provider's
 * function is deployed like any other, but what it would do is done here.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_logs.LogRetention.html
 */
export const customLogRetention: ResourceType = {
  type: 'Custom::LogRetention',
  properties: {
    ServiceToken: { ...inPlace, required: true },
    LogGroupName: { ...replacement, required: true },
    LogGroupRegion: notHere,
    RemovalPolicy: inPlace,
    RetentionInDays: inPlace,
    SdkRetry: inPlace,
  },
  attributes: ['LogGroupName'],

  async create(properties, context) {
    const logGroupName = properties.requiredText('LogGroupName');
    try {
      await context.services.logs.CreateLogGroup({ logGroupName }, context.call());
    } catch (error) {
      // The function may have made it already.
      if (!(error instanceof Error && error.name === 'ResourceAlreadyExistsException')) throw error;
    }
    await setRetention(properties, context);
    return { physicalId: logGroupName, attributes: { LogGroupName: logGroupName } };
  },

  async update(current, properties, _, context) {
    await setRetention(properties, context);
    return current;
  },

  async delete({ physicalId }, properties, { services, call }) {
    if (properties.text('RemovalPolicy') !== 'destroy') return;
    await services.logs.DeleteLogGroup({ logGroupName: physicalId }, call());
  },
};

async function setRetention(properties: PropertyReader, { services, call }: ResourceContext): Promise<void> {
  const logGroupName = properties.requiredText('LogGroupName');
  const retentionInDays = properties.integer('RetentionInDays');
  if (retentionInDays === undefined) await services.logs.DeleteRetentionPolicy({ logGroupName }, call());
  else await services.logs.PutRetentionPolicy({ logGroupName, retentionInDays }, call());
}
