import { BlockList, isIP } from 'node:net';
import { notSupported } from '../errors.ts';
import { arnMatcher, globMatcher } from './pattern.ts';
import { hasVariables, type RequestContext, substitute, variableKeys } from './policy-variables.ts';

/** One condition of a statement, ready to be asked. */
export type Condition = (context: RequestContext) => boolean;

/** The condition keys that requests of this account can carry. */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principaltype',
  'aws:requestedregion',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:useragent',
  's3:delimiter',
  's3:max-keys',
  's3:prefix',
]);

type Compare = (value: string, wanted: string) => boolean;

/**
 * Compiles the Condition element of a statement: all must hold.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * @throws UnsupportedOperation for an operator or a key that this account does not have, by name
 */
export function compileConditions(element: Record<string, Record<string, unknown>>): Condition[] {
  return Object.entries(element).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => compileCondition(operator, key, listOf(values))),
  );
}

function compileCondition(operator: string, key: string, values: readonly string[]): Condition {
  const name = key.toLowerCase();
  checkKeys([name, ...values.flatMap(variableKeys)]);
  const { qualifier, base, ifExists } = readOperator(operator);
  if (base === 'Null') {
    return (context) => values.some((wanted) => (wanted === 'true') === (context[name] === undefined));
  }
  const known = Object.hasOwn(OPERATORS, base) ? OPERATORS[base] : undefined;
  if (!known) throw notSupported(`The condition operator ${operator}`);
  const { compare, negated = false } = known;

  return (context) => {
    const value = context[name];
    if (value === undefined) {
      // ForAllValues holds for an empty set, ForAnyValue never; a negated operator holds for a missing key.
      return ifExists || qualifier === 'ForAllValues' || (negated && qualifier !== 'ForAnyValue');
    }
    const matches = values.some((text) => {
      const wanted = hasVariables(text) ? substitute(text, context) : text;
      return wanted !== undefined && compare(value, wanted);
    });
    return matches !== negated;
  };
}

/** A key that no request carries would make its statement mean something else than on AWS. */
function checkKeys(keys: readonly string[]): void {
  const unknown = keys.find((key) => !KNOWN_KEYS.has(key));
  if (unknown) throw notSupported(`The condition key ${unknown}`);
}

function readOperator(operator: string): { qualifier?: string; base: string; ifExists: boolean } {
  const [, qualifier, name = ''] = /^(?:(ForAllValues|ForAnyValue):)?(.*)$/.exec(operator) ?? [];
  const ifExists = name.endsWith('IfExists');
  return { qualifier, base: ifExists ? name.slice(0, -'IfExists'.length) : name, ifExists };
}

const equals: Compare = (value, wanted) => value === plain(wanted);
const equalsIgnoringCase: Compare = (value, wanted) => value.toLowerCase() === plain(wanted).toLowerCase();
const like: Compare = (value, wanted) => globMatcher(wanted)(value);
const arnLike: Compare = (value, wanted) => arnMatcher(wanted)(value);
const numeric =
  (compare: (a: number, b: number) => boolean): Compare =>
  (value, wanted) =>
    compare(Number(value), Number(wanted));
const date =
  (compare: (a: number, b: number) => boolean): Compare =>
  (value, wanted) =>
    compare(instantOf(value), instantOf(wanted));
const inRange: Compare = (value, wanted) => {
  const [network = '', bits] = wanted.split('/');
  const family = isIP(network);
  if (!family || isIP(value) !== family) return false;
  const range = new BlockList();
  range.addSubnet(network, Number(bits ?? (family === 4 ? 32 : 128)), family === 4 ? 'ipv4' : 'ipv6');
  return range.check(value, family === 4 ? 'ipv4' : 'ipv6');
};

const OPERATORS: Readonly<Record<string, { compare: Compare; negated?: boolean }>> = {
  StringEquals: { compare: equals },
  StringNotEquals: { compare: equals, negated: true },
  StringEqualsIgnoreCase: { compare: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { compare: equalsIgnoringCase, negated: true },
  StringLike: { compare: like },
  StringNotLike: { compare: like, negated: true },
  // ArnEquals and ArnLike behave alike, wildcards included.
  ArnEquals: { compare: arnLike },
  ArnNotEquals: { compare: arnLike, negated: true },
  ArnLike: { compare: arnLike },
  ArnNotLike: { compare: arnLike, negated: true },
  Bool: { compare: (value, wanted) => value.toLowerCase() === wanted.toLowerCase() },
  NumericEquals: { compare: numeric((a, b) => a === b) },
  NumericNotEquals: { compare: numeric((a, b) => a === b), negated: true },
  NumericLessThan: { compare: numeric((a, b) => a < b) },
  NumericLessThanEquals: { compare: numeric((a, b) => a <= b) },
  NumericGreaterThan: { compare: numeric((a, b) => a > b) },
  NumericGreaterThanEquals: { compare: numeric((a, b) => a >= b) },
  DateEquals: { compare: date((a, b) => a === b) },
  DateNotEquals: { compare: date((a, b) => a === b), negated: true },
  DateLessThan: { compare: date((a, b) => a < b) },
  DateLessThanEquals: { compare: date((a, b) => a <= b) },
  DateGreaterThan: { compare: date((a, b) => a > b) },
  DateGreaterThanEquals: { compare: date((a, b) => a >= b) },
  IpAddress: { compare: inRange },
  NotIpAddress: { compare: inRange, negated: true },
};

/** Epoch milliseconds of an ISO 8601 date or of epoch seconds. */
function instantOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** Where wildcards mean nothing, the stand-ins for literal ones are the characters again. */
function plain(wanted: string): string {
  return wanted.replaceAll('\uE000', '*').replaceAll('\uE001', '?');
}

function listOf(values: unknown): string[] {
  return (Array.isArray(values) ? values : [values]).map(String);
}
