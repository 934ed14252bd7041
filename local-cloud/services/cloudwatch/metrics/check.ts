import { type MetricDatum, type PutMetricDataInput, StandardUnit } from '@aws-sdk/client-cloudwatch';
import { notSupported } from '../../../errors.ts';
import { invalidCombination, invalidValue, missing } from '../errors.ts';
import type { Dimension, Sample } from './store.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const LIMITS = {
  metrics: 1000,
  values: 150,
  dimensions: 30,
  pastMs: 14 * 24 * 3_600_000,
  futureMs: 2 * 3_600_000,
  magnitude: 2 ** 360,
};

/** The units that CloudWatch knows. */
export const UNITS: ReadonlySet<string> = new Set(Object.values(StandardUnit));

/**
 * Checks the input of `PutMetricData`: all of it is taken, or nothing.
 * @param now cloud time in epoch milliseconds
 * @returns one sample for each datum
 * @throws MissingParameter, InvalidParameterValue, InvalidParameterCombination
 */
export function samplesOf(input: PutMetricDataInput, now: number): Sample[] {
  const { Namespace: namespace, MetricData = [], EntityMetricData, StrictEntityValidation } = input;
  if (EntityMetricData?.length) throw notSupported('EntityMetricData of PutMetricData');
  if (StrictEntityValidation) throw notSupported('StrictEntityValidation of PutMetricData');
  checkNamespace(namespace);
  if (MetricData.length === 0) throw missing('MetricData');
  checkSize(MetricData, 'MetricData', LIMITS.metrics);
  return MetricData.map((datum, index) => sampleOf(namespace, datum, `MetricData.member.${index + 1}`, now));
}

/** @throws MissingParameter, InvalidParameterValue */
export function checkNamespace(namespace: string | undefined): asserts namespace is string {
  if (!namespace) throw missing('Namespace');
  if (!isNamespace(namespace)) {
    throw invalidValue(`The value ${namespace} for parameter Namespace is invalid.`);
  }
}

/** Names that begin with `AWS/` are for AWS's services. */
export function isNamespace(text: string): boolean {
  return text.length <= 255 && /^[^:]+$/.test(text) && !text.startsWith('AWS/') && text.trim() !== '';
}

/** Whether CloudWatch takes a number: finite and not too large. */
export function isValue(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= LIMITS.magnitude;
}

/** A dimension's name or value: printable ASCII with something other than spaces in it; names do not begin with a colon. */
export function isDimension({ Name, Value }: Partial<Dimension>): boolean {
  const text = (value: string | undefined, longest: number) =>
    value !== undefined && value.length <= longest && value.trim() !== '' && /^[\x20-\x7e]+$/.test(value);
  return text(Name, 255) && !Name?.startsWith(':') && text(Value, 1024);
}

function sampleOf(namespace: string, datum: MetricDatum, where: string, now: number): Sample {
  const { MetricName: name, Dimensions = [], Timestamp, Unit, StorageResolution } = datum;
  if (!name) throw missing(`${where}.MetricName`);
  if (name.length > 255)
    throw invalidValue(`The value ${name} for parameter ${where}.MetricName is invalid.`);
  if (Unit !== undefined && !UNITS.has(Unit)) {
    throw invalidValue(
      `The parameter ${where}.Unit must be a value in the set [ ${[...UNITS].join(', ')} ].`,
    );
  }
  if (StorageResolution !== undefined && StorageResolution !== 1 && StorageResolution !== 60) {
    throw invalidValue(`The parameter ${where}.StorageResolution must be a value in the set [ 1, 60 ].`);
  }
  return {
    namespace,
    name,
    dimensions: checkedDimensions(Dimensions, where),
    at: checkedTime(Timestamp, where, now),
    unit: Unit,
    resolution: StorageResolution === 1 ? 1 : 60,
    ...contentOf(datum, where),
  };
}

function checkedDimensions(
  dimensions: readonly Partial<Record<'Name' | 'Value', string | undefined>>[],
  where: string,
): Dimension[] {
  checkSize(dimensions, `${where}.Dimensions`, LIMITS.dimensions);
  const names = new Set<string>();
  return dimensions.map(({ Name, Value }, index) => {
    const member = `${where}.Dimensions.member.${index + 1}`;
    if (!Name) throw missing(`${member}.Name`);
    if (!Value) throw missing(`${member}.Value`);
    if (!isDimension({ Name, Value: 'x' })) {
      throw invalidValue(`The value ${Name} for parameter ${member}.Name is invalid.`);
    }
    if (!isDimension({ Name, Value })) {
      throw invalidValue(`The value ${Value} for parameter ${member}.Value is invalid.`);
    }
    if (names.has(Name)) {
      throw invalidCombination(`The parameter ${where}.Dimensions holds the name ${Name} more than once.`);
    }
    names.add(Name);
    return { Name, Value };
  });
}

function checkedTime(timestamp: Date | undefined, where: string, now: number): number {
  if (timestamp === undefined) return now;
  const at = new Date(timestamp).getTime();
  if (at < now - LIMITS.pastMs) {
    throw invalidValue(
      `The parameter ${where}.Timestamp must specify a time no more than two weeks in the past.`,
    );
  }
  if (at > now + LIMITS.futureMs) {
    throw invalidValue(`The parameter ${where}.Timestamp must specify a time within the next two hours.`);
  }
  return at;
}

function contentOf(datum: MetricDatum, where: string): Pick<Sample, 'values' | 'statistics'> {
  const { Value, Values, Counts, StatisticValues } = datum;
  const given = Object.entries({ Value, Values, StatisticValues }).filter(([, value]) => value !== undefined);
  if (given.length === 0) throw missing(`${where}.Value`);
  if (given.length > 1) {
    const [first, second] = given.map(([name]) => `${where}.${name}`);
    throw invalidCombination(
      `The parameters ${first} and ${second} are mutually exclusive and you have specified both.`,
    );
  }
  if (StatisticValues) return { statistics: checkedStatistics(StatisticValues, `${where}.StatisticValues`) };
  const values = Values ?? [Value ?? 0];
  checkSize(values, `${where}.Values`, LIMITS.values);
  if (Counts && Counts.length !== values.length) {
    throw invalidValue(`The parameters ${where}.Values and ${where}.Counts must be of the same size.`);
  }
  return {
    values: values.map((value, index) => {
      const member = Values ? `${where}.Values.member.${index + 1}` : `${where}.Value`;
      const times = Counts?.[index] ?? 1;
      checkNumber(value, member);
      if (!isValue(times) || times < 0) {
        throw invalidValue(
          `The value ${times} for parameter ${where}.Counts.member.${index + 1} is invalid.`,
        );
      }
      return { value, times };
    }),
  };
}

function checkedStatistics(
  { SampleCount, Sum, Minimum, Maximum }: NonNullable<MetricDatum['StatisticValues']>,
  where: string,
): NonNullable<Sample['statistics']> {
  const statistics = { SampleCount, Sum, Minimum, Maximum };
  for (const [name, value] of Object.entries(statistics)) {
    if (value === undefined) throw missing(`${where}.${name}`);
    checkNumber(value, `${where}.${name}`);
  }
  if ((SampleCount ?? 0) < 0 || (Minimum ?? 0) > (Maximum ?? 0)) {
    throw invalidCombination(
      `The parameter ${where} must have a SampleCount of at least 0 and a Minimum that is not above its Maximum.`,
    );
  }
  return statistics as NonNullable<Sample['statistics']>;
}

function checkNumber(value: unknown, member: string): void {
  if (!isValue(value)) throw invalidValue(`The value ${value} for parameter ${member} is invalid.`);
}

function checkSize(collection: readonly unknown[], name: string, most: number): void {
  if (collection.length > most) {
    throw invalidValue(`The collection ${name} must not have a size greater than ${most}.`);
  }
}
