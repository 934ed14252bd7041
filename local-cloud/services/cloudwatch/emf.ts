import { isDimension, isNamespace, isValue, UNITS } from './metrics/check.ts';
import type { Dimension, Sample } from './metrics/store.ts';

/**
 * Limits of the embedded metric format.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const MOST_METRICS = 100;
const MOST_DIMENSIONS = 30;
const MOST_VALUES = 100;
const PAST_MS = 14 * 24 * 3_600_000;
const FUTURE_MS = 2 * 3_600_000;

type Json = Readonly<Record<string, unknown>>;

/**
 * The metrics that a log event carries in embedded metric format. The whole message must be one JSON object. What is
 * not valid yields nothing and says nothing, as on AWS: a directive that breaks the schema drops the event, a target
 * that is missing or of another type drops the metric or the dimension set that names it.
 * @param now cloud time in epoch milliseconds
 */
export function embeddedMetrics(message: string, now: number): Sample[] {
  // Nearly every log event ends here.
  if (!message.includes('"_aws"')) return [];
  const root = objectOf(parse(message));
  const metadata = objectOf(root?._aws);
  const at = metadata?.Timestamp;
  const directives = metadata?.CloudWatchMetrics;
  if (!root || !Number.isInteger(at) || !Array.isArray(directives)) return [];
  if (Number(at) < now - PAST_MS || Number(at) > now + FUTURE_MS) return [];
  const samples: Sample[] = [];
  for (const directive of directives) {
    const checked = checkedDirective(directive);
    if (!checked) return [];
    samples.push(...samplesOf(checked, root, Number(at)));
  }
  return samples;
}

interface Directive {
  namespace: string;
  dimensionSets: readonly (readonly string[])[];
  metrics: readonly { name: string; unit?: string; resolution: 1 | 60 }[];
}

function checkedDirective(value: unknown): Directive | undefined {
  const { Namespace, Dimensions, Metrics } = objectOf(value) ?? {};
  if (typeof Namespace !== 'string' || !isNamespace(Namespace)) return undefined;
  if (!Array.isArray(Dimensions) || !Dimensions.every(isDimensionSet)) return undefined;
  if (!Array.isArray(Metrics) || Metrics.length > MOST_METRICS) return undefined;
  const metrics = Metrics.map(checkedMetric);
  return metrics.every((metric) => metric !== undefined)
    ? { namespace: Namespace, dimensionSets: Dimensions, metrics }
    : undefined;
}

function isDimensionSet(value: unknown): value is string[] {
  return (
    Array.isArray(value) && value.length <= MOST_DIMENSIONS && value.every((name) => typeof name === 'string')
  );
}

function checkedMetric(value: unknown): Directive['metrics'][number] | undefined {
  const { Name, Unit, StorageResolution = 60 } = objectOf(value) ?? {};
  if (typeof Name !== 'string' || Name === '' || Name.length > 1024) return undefined;
  if (Unit !== undefined && !(typeof Unit === 'string' && UNITS.has(Unit))) return undefined;
  if (StorageResolution !== 1 && StorageResolution !== 60) return undefined;
  return { name: Name, unit: Unit, resolution: StorageResolution };
}

function samplesOf({ namespace, dimensionSets, metrics }: Directive, root: Json, at: number): Sample[] {
  const sets = dimensionSets.map((names) => dimensionsOf(names, root)).filter((set) => set !== undefined);
  return metrics.flatMap(({ name, unit, resolution }) => {
    const values = valuesOf(root[name]);
    if (!values) return [];
    return sets.map((dimensions) => ({ namespace, name, dimensions, at, unit, resolution, values }));
  });
}

/** A dimension's value is text at the root of the event. */
function dimensionsOf(names: readonly string[], root: Json): Dimension[] | undefined {
  const dimensions = names.map((Name) => ({ Name, Value: root[Name] }));
  const valid = dimensions.every(
    (one): one is Dimension => typeof one.Value === 'string' && isDimension({ ...one, Value: one.Value }),
  );
  return valid ? (dimensions as Dimension[]) : undefined;
}

function valuesOf(target: unknown): NonNullable<Sample['values']> | undefined {
  const values: unknown[] = Array.isArray(target) ? target : [target];
  if (values.length === 0 || values.length > MOST_VALUES || !values.every(isValue)) return undefined;
  return values.map((value) => ({ value, times: 1 }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}
