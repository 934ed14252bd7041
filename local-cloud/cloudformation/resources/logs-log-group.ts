import { tagChanges } from '../properties.ts';
import { finishOrUndo, inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html */
export const logsLogGroup: ResourceType = {
  type: 'AWS::Logs::LogGroup',
  properties: {
    BearerTokenAuthenticationEnabled: notHere,
    DataProtectionPolicy: notHere,
    DeletionProtectionEnabled: { ...notHere, except: [false] },
    FieldIndexPolicies: notHere,
    KmsKeyId: notHere,
    LogGroupClass: { ...notHere, except: ['STANDARD'] },
    LogGroupName: replacement,
    ResourcePolicyDocument: notHere,
    RetentionInDays: inPlace,
    Tags: inPlace,
  },
  attributes: ['Arn'],
  nameProperty: 'LogGroupName',

  async create(properties, { services, call, newName }) {
    const logGroupName = properties.text('LogGroupName') ?? newName(512);
    const tags = properties.tags();
    await services.logs.CreateLogGroup(
      { logGroupName, ...(Object.keys(tags).length > 0 && { tags }) },
      call(),
    );
    const retentionInDays = properties.integer('RetentionInDays');
    await finishOrUndo(
      async () => {
        if (retentionInDays === undefined) return;
        await services.logs.PutRetentionPolicy({ logGroupName, retentionInDays }, call());
      },
      async () => services.logs.DeleteLogGroup({ logGroupName }, call()),
    );
    const { logGroups = [] } = await services.logs.DescribeLogGroups(
      { logGroupNamePrefix: logGroupName },
      call(),
    );
    return { physicalId: logGroupName, attributes: { Arn: logGroups[0]?.arn } };
  },

  async update(current, properties, previous, { services, call }) {
    const logGroupName = current.physicalId;
    const retentionInDays = properties.integer('RetentionInDays');
    if (retentionInDays === undefined) await services.logs.DeleteRetentionPolicy({ logGroupName }, call());
    else await services.logs.PutRetentionPolicy({ logGroupName, retentionInDays }, call());
    const tags = tagChanges(previous.tags(), properties.tags());
    const resourceArn = String(current.attributes.Arn).replace(/:\*$/, '');
    if (Object.keys(tags.set).length > 0) {
      await services.logs.TagResource({ resourceArn, tags: tags.set }, call());
    }
    if (tags.remove.length > 0) {
      await services.logs.UntagResource({ resourceArn, tagKeys: tags.remove }, call());
    }
    return current;
  },

  async delete({ physicalId }, _, { services, call }) {
    await services.logs.DeleteLogGroup({ logGroupName: physicalId }, call());
  },
};
