import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { type PropertyReader, tagChanges, tagList } from '../properties.ts';
import { inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html */
export const cloudwatchAlarm: ResourceType = {
  type: 'AWS::CloudWatch::Alarm',
  properties: {
    ActionConfiguration: notHere,
    ActionsEnabled: inPlace,
    AlarmActions: inPlace,
    AlarmDescription: inPlace,
    AlarmName: replacement,
    ComparisonOperator: inPlace,
    DatapointsToAlarm: inPlace,
    Dimensions: inPlace,
    EvaluateLowSampleCountPercentile: inPlace,
    EvaluationCriteria: notHere,
    EvaluationInterval: notHere,
    EvaluationPeriods: inPlace,
    EvaluationWindow: notHere,
    ExtendedStatistic: inPlace,
    InsufficientDataActions: inPlace,
    MetricName: inPlace,
    Metrics: notHere,
    Namespace: inPlace,
    OKActions: inPlace,
    Period: inPlace,
    Statistic: inPlace,
    Tags: inPlace,
    Threshold: inPlace,
    ThresholdMetricId: notHere,
    TreatMissingData: inPlace,
    Unit: inPlace,
    WarmUpConfiguration: notHere,
  },
  attributes: ['Arn'],
  nameProperty: 'AlarmName',

  create: (properties, context) =>
    put(properties.text('AlarmName') ?? context.newName(255), properties, context),
  async update(current, properties, previous, context) {
    const updated = await put(current.physicalId, properties, context);
    const { set, remove } = tagChanges(previous.tags(), properties.tags());
    const ResourceARN = String(updated.attributes.Arn);
    const { services, call } = context;
    if (Object.keys(set).length > 0) {
      await services.cloudwatch.TagResource({ ResourceARN, Tags: tagList(set) }, call());
    }
    if (remove.length > 0) await services.cloudwatch.UntagResource({ ResourceARN, TagKeys: remove }, call());
    return updated;
  },
  async delete({ physicalId }, _, { services, call }) {
    await services.cloudwatch.DeleteAlarms({ AlarmNames: [physicalId] }, call());
  },
};

async function put(AlarmName: string, properties: PropertyReader, { services, call }: ResourceContext) {
  const input: PutMetricAlarmInput = {
    AlarmName,
    AlarmActions: properties.texts('AlarmActions'),
    OKActions: properties.texts('OKActions'),
    InsufficientDataActions: properties.texts('InsufficientDataActions'),
    ExtendedStatistic: properties.text('ExtendedStatistic'),
    EvaluateLowSampleCountPercentile: properties.text('EvaluateLowSampleCountPercentile'),
    AlarmDescription: properties.text('AlarmDescription'),
    ActionsEnabled: properties.flag('ActionsEnabled'),
    ComparisonOperator: properties.text('ComparisonOperator') as PutMetricAlarmInput['ComparisonOperator'],
    DatapointsToAlarm: properties.integer('DatapointsToAlarm'),
    Dimensions: properties.value('Dimensions'),
    EvaluationPeriods: properties.integer('EvaluationPeriods'),
    MetricName: properties.text('MetricName'),
    Namespace: properties.text('Namespace'),
    Period: properties.integer('Period'),
    Statistic: properties.text('Statistic') as PutMetricAlarmInput['Statistic'],
    Threshold: properties.number('Threshold'),
    TreatMissingData: properties.text('TreatMissingData'),
    Unit: properties.text('Unit') as PutMetricAlarmInput['Unit'],
    Tags: tagList(properties.tags()),
  };
  await services.cloudwatch.PutMetricAlarm(input, call());
  const { MetricAlarms } = await services.cloudwatch.DescribeAlarms({ AlarmNames: [AlarmName] }, call());
  return { physicalId: AlarmName, attributes: { Arn: MetricAlarms?.[0]?.AlarmArn } };
}
