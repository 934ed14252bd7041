import type {
  DeleteMetricFilterRequest,
  DescribeMetricFiltersRequest,
  DescribeMetricFiltersResponse,
  MetricTransformation,
  PutMetricFilterRequest,
  TestMetricFilterRequest,
  TestMetricFilterResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import { compileFilter } from './filter-pattern/index.ts';
import type { LogGroups } from './groups.ts';
import { createMetricFilter } from './metric-filter.ts';
import { broken, checkLength, groupName, requiredName } from './names.ts';
import { pageOf } from './paging.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MOST_FILTERS = 100;
/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html */
const LONGEST_NAME = 512;
const LONGEST_PATTERN = 1024;
const LONGEST_METRIC = 255;

export function createMetricFilterOperations(cloud: Cloud, logs: LogGroups) {
  return {
    PutMetricFilter(input: PutMetricFilterRequest): void {
      for (const member of [
        'applyOnTransformedLogs',
        'fieldSelectionCriteria',
        'emitSystemFieldDimensions',
      ] as const) {
        const value = input[member];
        if (value && !(Array.isArray(value) && value.length === 0)) {
          throw notSupported(`${member} of a metric filter`);
        }
      }
      const name = checkFilterName(input.filterName);
      checkLength(input.filterPattern, 'filterPattern', LONGEST_PATTERN);
      const transformation = onlyOne(input.metricTransformations);
      const group = logs.group(groupName(input));
      if (!group.metricFilters.has(name) && group.metricFilters.size >= MOST_FILTERS) {
        throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
      }
      group.metricFilters.set(
        name,
        createMetricFilter(name, input.filterPattern ?? '', transformation, cloud.clock.now()),
      );
    },

    DescribeMetricFilters(input: DescribeMetricFiltersRequest): DescribeMetricFiltersResponse {
      const { logGroupName, filterNamePrefix = '', metricName, metricNamespace } = input;
      checkLength(filterNamePrefix, 'filterNamePrefix', LONGEST_NAME);
      checkLength(metricName, 'metricName', LONGEST_METRIC);
      checkLength(metricNamespace, 'metricNamespace', LONGEST_METRIC);
      const groups =
        logGroupName === undefined ? [...logs.groups.values()] : [logs.group(groupName({ logGroupName }))];
      const found = groups
        .flatMap((group) => [...group.metricFilters.values()].map((filter) => ({ group, filter })))
        .filter(({ filter }) => filter.name.startsWith(filterNamePrefix))
        .filter(({ filter }) => metricName === undefined || filter.transformation.metricName === metricName)
        .filter(
          ({ filter }) =>
            metricNamespace === undefined || filter.transformation.metricNamespace === metricNamespace,
        )
        .sort((a, b) => (a.filter.name < b.filter.name ? -1 : 1));
      const { page, nextToken } = pageOf(found, input);
      return {
        metricFilters: page.map(({ group, filter }) => ({
          filterName: filter.name,
          filterPattern: filter.pattern,
          metricTransformations: [filter.transformation],
          creationTime: filter.createdAt,
          logGroupName: group.name,
          applyOnTransformedLogs: false,
        })),
        ...(nextToken && { nextToken }),
      };
    },

    DeleteMetricFilter(input: DeleteMetricFilterRequest): void {
      const name = checkFilterName(input.filterName);
      const group = logs.group(groupName(input));
      if (!group.metricFilters.delete(name)) {
        throw new AwsError('ResourceNotFoundException', 'The specified metric filter does not exist.');
      }
    },

    TestMetricFilter({
      filterPattern,
      logEventMessages = [],
    }: TestMetricFilterRequest): TestMetricFilterResponse {
      const match = compileFilter(filterPattern);
      return {
        matches: logEventMessages.flatMap((eventMessage, index) => {
          const fields = match(eventMessage);
          return fields
            ? [{ eventNumber: index + 1, eventMessage, extractedValues: { ...fields.extracted } }]
            : [];
        }),
      };
    },
  };
}

function checkFilterName(given: string | undefined): string {
  const name = requiredName(given, 'filterName');
  checkLength(name, 'filterName', LONGEST_NAME);
  if (/[:*]/.test(name))
    throw broken(`'${name}'`, 'filterName', 'satisfy regular expression pattern: [^:*]*');
  return name;
}

/** A filter makes one metric. @throws InvalidParameterException */
function onlyOne(transformations: readonly MetricTransformation[] | undefined): MetricTransformation {
  const [transformation, ...others] = transformations ?? [];
  const at = 'metricTransformations';
  if (!transformations) throw broken('null', at, 'not be null');
  if (!transformation) throw broken("'[]'", at, 'have length greater than or equal to 1');
  if (others.length === 0) return transformation;
  throw broken(
    `'[${transformations.map(showTransformation).join(', ')}]'`,
    at,
    'have length less than or equal to 1',
  );
}

/** As AWS writes a structure in its messages. */
function showTransformation(transformation: MetricTransformation): string {
  const members = [
    'metricName',
    'metricNamespace',
    'metricValue',
    'defaultValue',
    'unit',
    'dimensions',
  ] as const;
  const shown = members.map((member) => {
    const value = transformation[member] ?? null;
    return `${member}=${typeof value === 'object' && value ? showMap(value) : value}`;
  });
  return `MetricTransformation(${shown.join(', ')})`;
}

function showMap(map: Record<string, string>): string {
  return `{${Object.entries(map)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')}}`;
}
