import type { MetricTransformation } from '@aws-sdk/client-cloudwatch-logs';
import type { PropertyReader } from '../properties.ts';
import { inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

interface Transformation {
  MetricName?: string;
  MetricNamespace?: string;
  MetricValue?: string | number;
  DefaultValue?: string | number;
  Dimensions?: { Key: string; Value: string }[];
  Unit?: string;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html */
export const logsMetricFilter: ResourceType = {
  type: 'AWS::Logs::MetricFilter',
  properties: {
    ApplyOnTransformedLogs: { ...notHere, except: [false] },
    EmitSystemFieldDimensions: { ...notHere, except: [[]] },
    FieldSelectionCriteria: notHere,
    FilterName: replacement,
    FilterPattern: { ...inPlace, required: true },
    LogGroupName: { ...replacement, required: true },
    MetricTransformations: {
      ...inPlace,
      required: true,
      members: ['DefaultValue', 'Dimensions', 'MetricName', 'MetricNamespace', 'MetricValue', 'Unit'],
    },
  },
  attributes: [],
  nameProperty: 'FilterName',

  create: (properties, context) =>
    put(properties.text('FilterName') ?? context.newName(512), properties, context),
  update: (current, properties, _, context) => put(current.physicalId, properties, context),
  async delete({ physicalId }, properties, { services, call }) {
    const logGroupName = properties.requiredText('LogGroupName');
    await services.logs.DeleteMetricFilter({ logGroupName, filterName: physicalId }, call());
  },
};

async function put(filterName: string, properties: PropertyReader, { services, call }: ResourceContext) {
  const transformations = properties.value<Transformation[]>('MetricTransformations') ?? [];
  await services.logs.PutMetricFilter(
    {
      logGroupName: properties.requiredText('LogGroupName'),
      filterName,
      filterPattern: properties.text('FilterPattern') ?? '',
      metricTransformations: transformations.map(transformationOf),
    },
    call(),
  );
  return { physicalId: filterName, attributes: {} };
}

function transformationOf(given: Transformation): MetricTransformation {
  const { MetricName, MetricNamespace, MetricValue, DefaultValue, Dimensions, Unit } = given;
  return {
    metricName: MetricName,
    metricNamespace: MetricNamespace,
    metricValue: MetricValue === undefined ? undefined : String(MetricValue),
    ...(DefaultValue !== undefined && { defaultValue: Number(DefaultValue) }),
    ...(Dimensions && { dimensions: Object.fromEntries(Dimensions.map(({ Key, Value }) => [Key, Value])) }),
    ...(Unit !== undefined && { unit: Unit as MetricTransformation['unit'] }),
  };
}
