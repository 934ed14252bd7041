import type { MetricTransformation } from '@aws-sdk/client-cloudwatch-logs';
import { isNamespace, UNITS } from '../cloudwatch/metrics/check.ts';
import type { Dimension, Sample } from '../cloudwatch/metrics/store.ts';
import { compileFilter, type Fields } from './filter-pattern/index.ts';
import { isSelector } from './filter-pattern/json.ts';
import { invalid } from './names.ts';

/** A filter that makes a metric of the log events of a group. */
export interface MetricFilter {
  readonly name: string;
  readonly pattern: string;
  readonly transformation: MetricTransformation;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** What a log event adds to the metric: one sample, or none. */
  samplesOf(message: string, timestamp: number): Sample[];
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html */
const MOST_DIMENSIONS = 3;
const LONGEST_PATTERN = 1024;

/**
 * Checks and compiles a metric filter. It works on what comes from now on.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
 * @throws InvalidParameterException
 */
export function createMetricFilter(
  name: string,
  pattern: string,
  transformation: MetricTransformation,
  createdAt: number,
): MetricFilter {
  if (pattern.length > LONGEST_PATTERN)
    throw invalid(`A filter pattern has at most ${LONGEST_PATTERN} characters.`);
  const match = compileFilter(pattern);
  const {
    metricName = '',
    metricNamespace = '',
    metricValue = '',
    defaultValue,
    dimensions,
    unit,
  } = transformation;
  checkNames(metricName, metricNamespace);
  if (unit !== undefined && !UNITS.has(unit))
    throw invalid(`The unit ${unit} is not one that CloudWatch knows.`);
  checkDimensions(dimensions, defaultValue);
  if (!isNumber(metricValue) && !isField(metricValue)) {
    throw invalid(
      `Invalid metric transformation: the metric value ${metricValue} is neither a number nor a field.`,
    );
  }
  const sample = (value: number, set: readonly Dimension[], at: number): Sample => ({
    namespace: metricNamespace,
    name: metricName,
    dimensions: set,
    at,
    unit,
    values: [{ value, times: 1 }],
  });
  return {
    name,
    pattern,
    transformation,
    createdAt,
    samplesOf(message, timestamp) {
      const fields = match(message);
      // The default value stands for log events that do not fit; without one they say nothing.
      if (!fields) return defaultValue === undefined ? [] : [sample(defaultValue, [], timestamp)];
      const text = isNumber(metricValue) ? metricValue : fields.read(metricValue);
      if (text === undefined || !isNumber(text)) return [];
      const set = dimensionsOf(dimensions, fields);
      return set ? [sample(Number(text), set, timestamp)] : [];
    },
  };
}

function checkNames(metricName: string, namespace: string): void {
  const isName = metricName !== '' && metricName.length <= 255 && !/[:*$]/.test(metricName);
  if (!isName) throw invalid(`Invalid metric transformation: the metric name ${metricName} is not valid.`);
  if (!isNamespace(namespace) || /[*$]/.test(namespace)) {
    throw invalid(`Invalid metric transformation: the metric namespace ${namespace} is not valid.`);
  }
}

function checkDimensions(
  dimensions: MetricTransformation['dimensions'],
  defaultValue: number | undefined,
): void {
  const entries = Object.entries(dimensions ?? {});
  if (entries.length === 0) return;
  if (defaultValue !== undefined) {
    throw invalid(
      'Invalid metric transformation: dimensions and default value are mutually exclusive properties.',
    );
  }
  if (entries.length > MOST_DIMENSIONS) {
    throw invalid(
      `Invalid metric transformation: a metric filter has at most ${MOST_DIMENSIONS} dimensions.`,
    );
  }
  for (const [name, field] of entries) {
    if (!isField(field)) {
      throw invalid(`Invalid metric transformation: the dimension ${name} must name a field, not ${field}.`);
    }
  }
}

/** A log event without the field of a dimension adds nothing to the metric. */
function dimensionsOf(
  dimensions: MetricTransformation['dimensions'],
  fields: Fields,
): Dimension[] | undefined {
  const set: Dimension[] = [];
  for (const [Name, field] of Object.entries(dimensions ?? {})) {
    const Value = fields.read(field);
    if (!Value) return undefined;
    set.push({ Name, Value });
  }
  return set;
}

function isField(text: string): boolean {
  return isSelector(text) || /^\$[\w-]+$/.test(text);
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}
