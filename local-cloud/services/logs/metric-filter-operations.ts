import type {
  DeleteMetricFilterRequest,
  DescribeMetricFiltersRequest,
  DescribeMetricFiltersResponse,
  PutMetricFilterRequest,
  TestMetricFilterRequest,
  TestMetricFilterResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import { compileFilter } from './filter-pattern/index.ts';
import type { LogGroups } from './groups.ts';
import { createMetricFilter } from './metric-filter.ts';
import { groupName, invalid, requiredName } from './names.ts';
import { pageOf } from './paging.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MOST_FILTERS = 100;

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
      const group = logs.group(groupName(input));
      const name = requiredName(input.filterName, 'filterName');
      if (name.length > 512 || /[:*]/.test(name)) {
        throw invalid(
          `1 validation error detected: Value '${name}' at 'filterName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`,
        );
      }
      const [transformation, ...others] = input.metricTransformations ?? [];
      if (!transformation || others.length > 0) {
        throw invalid(
          "1 validation error detected: Value at 'metricTransformations' failed to satisfy constraint: Member must have length less than or equal to 1",
        );
      }
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
      const groups = logGroupName === undefined ? [...logs.groups.values()] : [logs.group(logGroupName)];
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
      const group = logs.group(groupName(input));
      if (!group.metricFilters.delete(requiredName(input.filterName, 'filterName'))) {
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
