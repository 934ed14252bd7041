import type { NormalizedSchema } from '@smithy/core/schema';

/** A value as JSON carries it: blobs as base64, times as seconds. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Source {
  /** A number in [0, 1). */
  next(): number;
  /** Strings that mean something to the account, for a member of this name. */
  wordsFor(member: string): readonly string[];
  /** Nothing odd: words that mean something, small numbers, few optional members. */
  calm?: boolean;
}

export function pick<T>({ next }: Pick<Source, 'next'>, choices: readonly T[]): T {
  return choices[Math.floor(next() * choices.length)] as T;
}

/** Deeper than people nest values; recursive shapes end here. */
const DEEPEST = 5;

/** How often a member that may be left out is there. */
const OPTIONAL_SHARE = 0.35;

/**
 * A value that fits a shape of the model: its members with edge values, some of the optional ones left out.
 * @param required how often a member is there that AWS demands, 0 to 1
 */
export function fitting(source: Source, schema: NormalizedSchema, required = 0.97, depth = 0): Json {
  if (schema.isUnitSchema()) return {};
  if (schema.isStructSchema()) return structure(source, schema, required, depth);
  if (schema.isListSchema()) {
    if (depth > DEEPEST) return [];
    const item = schema.getValueSchema();
    return repeated(source, () => fitting(source, item, required, depth + 1));
  }
  if (schema.isMapSchema()) {
    if (depth > DEEPEST) return {};
    const value = schema.getValueSchema();
    const keys = source.wordsFor(nameOf(schema.getKeySchema()) || nameOf(schema));
    return Object.fromEntries(
      repeated(source, () => [text(source, keys), fitting(source, value, required, depth + 1)]),
    );
  }
  if (schema.isBooleanSchema()) return source.next() < 0.5;
  if (schema.isBlobSchema()) return blob(source);
  if (schema.isTimestampSchema()) return pick(source, [0, 1, -1, 1_700_000_000.5, 4e9, 8.64e12, -8.64e12]);
  if (schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema())
    return number(source, nameOf(schema));
  if (schema.isDocumentSchema()) return anything(source);
  return text(source, source.wordsFor(nameOf(schema)));
}

/** The same value with one part of it replaced: another type, nothing, something unknown, something very deep. */
export function broken(source: Source, value: Json): Json {
  if (Array.isArray(value) && value.length > 0 && source.next() < 0.8) {
    const at = Math.floor(source.next() * value.length);
    return value.map((item, index) => (index === at ? broken(source, item) : item));
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    const names = Object.keys(value);
    const name = pick(source, names);
    if (name !== undefined && source.next() < 0.85) {
      if (source.next() < 0.15)
        return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
      return { ...value, [name]: broken(source, value[name] as Json) };
    }
    return { ...value, ...unknownMembers(source) };
  }
  return anything(source);
}

/** A list, object or attribute value nested so deeply that a reader that recurses must take care. */
export function deep(source: Source, levels = 20_000): string {
  const [open, close] = pick(source, [
    ['[', ']'],
    ['{"a":', '}'],
    ['{"L":[', ']}'],
    ['{"M":{"a":', '}}'],
  ]);
  return `${open.repeat(levels)}${open.startsWith('[') || open.endsWith('[') ? '' : '{}'}${close.repeat(levels)}`;
}

function structure(source: Source, schema: NormalizedSchema, required: number, depth: number): Json {
  const members: Record<string, Json> = {};
  const demanded = requiredNames(schema);
  const union = isUnion(schema)
    ? pick(
        source,
        [...schema.structIterator()].map(([name]) => name),
      )
    : undefined;
  for (const [name, member] of schema.structIterator()) {
    const share = union
      ? Number(name === union)
      : demanded.has(name)
        ? required
        : (source.calm ? 0.05 : OPTIONAL_SHARE) / (depth + 1);
    if (source.next() >= share) continue;
    members[name] = fitting(source, member, required, depth + 1);
  }
  return members;
}

/** A structure's schema is `[3, namespace, name, traits, names, members, how many of them are required]`. */
function requiredNames(schema: NormalizedSchema): ReadonlySet<string> {
  const raw: unknown = schema.getSchema();
  if (!Array.isArray(raw) || !Array.isArray(raw[4])) return new Set();
  return new Set((raw[4] as string[]).slice(0, Number(raw[6] ?? 0)));
}

/** Unions are structures of another kind: exactly one of their members is there. */
function isUnion(schema: NormalizedSchema): boolean {
  return schema.isUnionSchema();
}

function nameOf(schema: NormalizedSchema): string {
  return schema.isMemberSchema() ? schema.getMemberName() : (schema.getName() ?? '');
}

function repeated<T>(source: Source, make: () => T): T[] {
  return Array.from({ length: source.calm ? 1 : pick(source, [0, 1, 1, 1, 2, 3, 11]) }, make);
}

const NUMBERS = [
  0,
  1,
  -1,
  2,
  3,
  10,
  60,
  128,
  300,
  1000,
  100_000,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53,
  0.5,
  1e308,
];

function number(source: Source, member: string): number {
  // Each unit would be a process of this machine.
  if (/Concurren|MaximumPollers/.test(member)) return pick(source, [-1, 0, 1, 2, 0.5, 2 ** 31]);
  return source.calm || source.next() < 0.6 ? pick(source, [1, 2, 3, 5, 10, 60, 300]) : pick(source, NUMBERS);
}

function blob(source: Source): string {
  const bytes = pick(source, ['', 'a', '{"a":1}', '\u0000\uffff', 'x'.repeat(70_000)]);
  return Buffer.from(bytes).toString('base64');
}

const ODD_TEXTS = [
  '',
  ' ',
  '0',
  '*',
  '{}',
  '[]',
  'null',
  '__proto__',
  'constructor',
  'a/../b',
  '..',
  '%',
  '%zz',
  'a\u0000b',
  'a\nb\r\nc',
  '"\'<>&;',
  '\ud800',
  'ä€😀',
  'arn:aws:',
  ':::::',
  'a'.repeat(300),
];

function text(source: Source, words: readonly string[]): string {
  if (source.calm && words.length > 0) return pick(source, words);
  const die = source.next();
  if (words.length > 0 && die < 0.75) return pick(source, words);
  if (words.length > 0 && die < 0.85) return cut(source, pick(source, words));
  if (die > 0.995) return 'h'.repeat(1_200_000);
  return pick(source, ODD_TEXTS);
}

/** A meaningful text with a part missing or doubled: what a slip of the keyboard makes. */
function cut(source: Source, whole: string): string {
  const from = Math.floor(source.next() * whole.length);
  const to = from + 1 + Math.floor(source.next() * 4);
  return source.next() < 0.5
    ? whole.slice(0, from) + whole.slice(to)
    : whole.slice(0, to) + whole.slice(from);
}

function anything(source: Source): Json {
  return pick<Json>(source, [
    null,
    true,
    0,
    -1.5,
    1e308,
    '',
    'text',
    [],
    {},
    [null],
    [[1], ['a']],
    { a: { b: [] } },
    { member: 'a' },
    { S: 1 },
  ]);
}

function unknownMembers(source: Source): Record<string, Json> {
  return Object.fromEntries([
    [pick(source, ['Unknown', 'constructor', 'toString', '', '1']), anything(source)],
  ]);
}
