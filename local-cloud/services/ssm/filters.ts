import type { ParameterStringFilter, ParametersFilter } from '@aws-sdk/client-ssm';
import { AwsError } from '../../errors.ts';
import { constraint, required, validation } from './errors.ts';
import { checkPath, liesUnder } from './names.ts';
import { DEFAULT_KEY, latest, type Parameter } from './parameters.ts';

type Test = (parameter: Parameter) => boolean;

const TEXT_OPTIONS = ['BeginsWith', 'Equals'];
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  Name: ['BeginsWith', 'Contains', 'Equals'],
  Path: ['Recursive', 'OneLevel'],
  Type: TEXT_OPTIONS,
  KeyId: TEXT_OPTIONS,
  Label: ['Equals'],
  Tier: ['Equals'],
  DataType: TEXT_OPTIONS,
};

/** What a filter looks at. */
const VALUES: Readonly<Record<string, (parameter: Parameter) => readonly string[]>> = {
  // A name with and without its first slash is the same to a filter.
  Name: ({ name }) => [name.replace(/^\//, '')],
  Type: (parameter) => [latest(parameter).type],
  KeyId: (parameter) => (latest(parameter).type === 'SecureString' ? [DEFAULT_KEY] : []),
  Label: ({ versions }) => versions.flatMap(({ labels }) => [...labels]),
  Tier: (parameter) => [latest(parameter).tier],
  DataType: () => ['text'],
};

/**
 * Reads filters into one test.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html
 * @param keys the filters that the operation takes; `tag` stands for `tag:<key>`
 * @throws InvalidFilterKey, InvalidFilterOption, InvalidFilterValue
 */
export function readFilters(filters: readonly ParameterStringFilter[] = [], keys: readonly string[]): Test {
  const tests = filters.map((filter) => readFilter(filter, keys));
  return (parameter) => tests.every((test) => test(parameter));
}

/** The older form of a filter: a name is matched by how it begins. */
export function asStringFilters(filters: readonly ParametersFilter[] = []): ParameterStringFilter[] {
  return filters.map(({ Key, Values }) => ({
    Key: required(Key, 'filters.1.member.key'),
    Option: Key === 'Name' ? 'BeginsWith' : 'Equals',
    Values,
  }));
}

function readFilter({ Key, Option, Values = [] }: ParameterStringFilter, keys: readonly string[]): Test {
  const key = required(Key, 'parameterFilters.1.member.key');
  const tag = key.startsWith('tag:') ? key.slice('tag:'.length) : undefined;
  if (!keys.includes(tag === undefined ? key : 'tag')) {
    throw new AwsError(
      'InvalidFilterKey',
      `The following filter key is not valid: ${key}. Valid filter keys include: [${keys.join(', ')}].`,
    );
  }
  const allowed = tag === undefined ? (OPTIONS[key] ?? []) : ['Equals'];
  const option = Option ?? (key === 'Path' ? 'OneLevel' : 'Equals');
  if (!allowed.includes(option)) {
    throw new AwsError(
      'InvalidFilterOption',
      `The following filter option is not valid: ${option}. Valid options include: [${allowed.join(', ')}].`,
    );
  }
  if (Values.length > 50) throw constraint(Values, 'values', 'have length less than or equal to 50');
  if (tag !== undefined) {
    return ({ tags }) => {
      const value = tags.get(tag);
      return value !== undefined && (Values.length === 0 || Values.includes(value));
    };
  }
  if (Values.length === 0) throw new AwsError('InvalidFilterValue', `The filter ${key} has no values.`);
  if (key === 'Path') {
    const paths = Values.map(pathOf);
    return ({ name }) => paths.some((path) => liesUnder(name, path, option === 'Recursive'));
  }
  const wanted = key === 'Name' ? Values.map((value) => value.replace(/^\//, '')) : Values;
  return (parameter) =>
    (VALUES[key]?.(parameter) ?? []).some((value) => wanted.some((text) => matches(value, option, text)));
}

function pathOf(value: string): string {
  if (/^\/?(aws|ssm)/i.test(value)) {
    throw validation(
      'Filters for common parameters can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    );
  }
  return checkPath(value);
}

function matches(value: string, option: string, text: string): boolean {
  if (option === 'BeginsWith') return value.startsWith(text);
  return option === 'Contains' ? value.includes(text) : value === text;
}
