import type { PutMetricAlarmInput } from '../../services/cloudwatch/index.ts';
import type { PropertyReader } from '../properties.ts';
import { inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html */
export const cloudwatchAlarm: ResourceType = {
  type: 'AWS::CloudWatch::Alarm',
  properties: {
    ActionConfiguration: notHere,
    ActionsEnabled: inPlace,
    AlarmActions: { ...notHere, except: [[]] },
    AlarmDescription: inPlace,
    AlarmName: replacement,
    ComparisonOperator: inPlace,
    DatapointsToAlarm: inPlace,
    Dimensions: inPlace,
    EvaluateLowSampleCountPercentile: notHere,
    EvaluationCriteria: notHere,
    EvaluationInterval: notHere,
    EvaluationPeriods: inPlace,
    EvaluationWindow: notHere,
    ExtendedStatistic: notHere,
    InsufficientDataActions: { ...notHere, except: [[]] },
    MetricName: inPlace,
    Metrics: notHere,
    Namespace: inPlace,
    OKActions: { ...notHere, except: [[]] },
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
  update: (current, properties, _, context) => put(current.physicalId, properties, context),
  async delete({ physicalId }, _, { services, call }) {
    await services.cloudwatch.DeleteAlarms({ AlarmNames: [physicalId] }, call());
  },
};

async function put(AlarmName: string, properties: PropertyReader, { services, call }: ResourceContext) {
  const input: PutMetricAlarmInput = {
    AlarmName,
    AlarmDescription: properties.text('AlarmDescription'),
    ActionsEnabled: properties.flag('ActionsEnabled'),
    ComparisonOperator: properties.text('ComparisonOperator'),
    DatapointsToAlarm: properties.integer('DatapointsToAlarm'),
    Dimensions: properties.value('Dimensions'),
    EvaluationPeriods: properties.integer('EvaluationPeriods'),
    MetricName: properties.text('MetricName'),
    Namespace: properties.text('Namespace'),
    Period: properties.integer('Period'),
    Statistic: properties.text('Statistic'),
    Threshold: properties.number('Threshold'),
    TreatMissingData: properties.text('TreatMissingData'),
    Unit: properties.text('Unit'),
    Tags: Object.entries(properties.tags()).map(([Key, Value]) => ({ Key, Value })),
  };
  await services.cloudwatch.PutMetricAlarm(input, call());
  const { MetricAlarms } = await services.cloudwatch.DescribeAlarms({ AlarmNames: [AlarmName] }, call());
  return { physicalId: AlarmName, attributes: { Arn: MetricAlarms[0]?.AlarmArn } };
}
