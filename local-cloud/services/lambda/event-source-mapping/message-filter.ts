import type { FilterCriteria } from '@aws-sdk/client-lambda';
import { AwsError, notSupported } from '../../../errors.ts';
import { compilePattern } from '../../eventbridge/pattern/index.ts';
import { invalidParameter } from './errors.ts';

/** Whether a message's body is one that the function wants. */
export type MessageFilter = (body: string) => boolean;

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html */
const MOST_FILTERS = 5;
const LONGEST_PATTERN = 4096;

/**
 * Reads the patterns of a mapping, and refuses what is none.
 * @returns them as they were given
 * @throws AwsError InvalidParameterValueException or ValidationException in Lambda's words; UnsupportedOperation for a
 * key that SQS mappings cannot filter by
 */
export function readFilters({ Filters = [] }: FilterCriteria): readonly string[] {
  if (Filters.length > MOST_FILTERS) {
    throw invalidParameter(
      `The number of filters (${Filters.length}) exceeds the limit of ${MOST_FILTERS} for an event source mapping.`,
    );
  }
  const patterns = Filters.map(({ Pattern }) => Pattern ?? '');
  for (const pattern of patterns) compile(pattern);
  return patterns;
}

/**
 * Compiles a mapping's patterns: a message goes to the function when one of them fits.
 * @returns undefined when there are none
 */
export function compileFilters(patterns: readonly string[]): MessageFilter | undefined {
  if (patterns.length === 0) return undefined;
  const filters = patterns.map(compile);
  return (body) => filters.some((filter) => filter(body));
}

/**
 * A pattern for JSON takes no message that is plain text, nor the other way round.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
function compile(pattern: string): MessageFilter {
  if (pattern.length > LONGEST_PATTERN) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${pattern}' at 'filterCriteria.filters.1.member.pattern' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST_PATTERN}`,
    );
  }
  const fits = compiled(pattern);
  const { body: wanted, ...others } = JSON.parse(pattern) as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined) throw notSupported(`A filter of an SQS mapping on the key ${other}, not on body,`);
  const wantsText = Array.isArray(wanted);
  return (text) => {
    const json = parseJson(text);
    return (json === undefined) === wantsText && fits({ body: json ?? text });
  };
}

function compiled(pattern: string): (event: object) => boolean {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (error instanceof AwsError) throw invalidParameter('Invalid filter pattern definition.');
    throw error;
  }
}

/** The object or list in a text; undefined when it is any other text. */
function parseJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
