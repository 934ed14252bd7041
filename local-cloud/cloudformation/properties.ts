import { DeployError } from './errors.ts';
import { objectOf } from './template.ts';

/** Reads the properties of a resource. Templates write numbers and booleans as text too, as CloudFormation allows. */
export interface PropertyReader {
  readonly all: Readonly<Record<string, unknown>>;
  text(name: string): string | undefined;
  /** Like `text`, for a property that the type requires. */
  requiredText(name: string): string;
  integer(name: string): number | undefined;
  number(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  texts(name: string): string[] | undefined;
  /** An object or a list as it stands; its shape is checked by the service. */
  value<T>(name: string): T | undefined;
  /** A JSON document, written as an object or as text. */
  json(name: string): string | undefined;
  /** `[{ Key, Value }]` as an object. */
  tags(): Record<string, string>;
}

export function readProperties(all: Readonly<Record<string, unknown>>): PropertyReader {
  const given = <T>(
    name: string,
    read: (value: unknown) => T | undefined,
    expected: string,
  ): T | undefined => {
    const value = all[name];
    if (value === undefined) return undefined;
    const result = read(value);
    if (result === undefined) throw wrongType(name, expected, value);
    return result;
  };
  const reader: PropertyReader = {
    all,
    text: (name) => given(name, textOf, 'String'),
    requiredText: (name) => reader.text(name) ?? '',
    integer: (name) => given(name, (value) => numberOf(value, Number.isInteger), 'Integer'),
    number: (name) => given(name, (value) => numberOf(value, Number.isFinite), 'Number'),
    flag: (name) => given(name, flagOf, 'Boolean'),
    texts: (name) =>
      given(
        name,
        (value) => {
          const texts = (Array.isArray(value) ? value : [value]).map(textOf);
          return texts.includes(undefined) ? undefined : (texts as string[]);
        },
        'JSONArray',
      ),
    value: <T>(name: string) => all[name] as T | undefined,
    json: (name) =>
      given(
        name,
        (value) => (typeof value === 'string' ? value : objectOf(value) && JSON.stringify(value)),
        'JSONObject',
      ),
    tags() {
      const list = reader.value<{ Key?: unknown; Value?: unknown }[]>('Tags') ?? [];
      if (!Array.isArray(list)) throw wrongType('Tags', 'JSONArray', list);
      return Object.fromEntries(list.map(({ Key, Value }) => [String(Key), String(Value)]));
    },
  };
  return reader;
}

/** Tags to set and keys to take away, to get from one set to another. */
export function tagChanges(before: Record<string, string>, after: Record<string, string>) {
  return {
    set: Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value)),
    remove: Object.keys(before).filter((key) => !(key in after)),
  };
}

/** An object as the list that most services take. */
export function tagList(tags: Record<string, string>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

function numberOf(value: unknown, accepts: (number: number) => boolean): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const number = value === '' ? Number.NaN : Number(value);
  return accepts(number) ? number : undefined;
}

function flagOf(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}

function wrongType(name: string, expected: string, value: unknown): DeployError {
  const found = Array.isArray(value)
    ? 'JSONArray'
    : objectOf(value)
      ? 'JSONObject'
      : typeof value === 'string'
        ? 'String'
        : 'Number';
  return new DeployError(
    'template',
    `Properties validation failed with message: #/${name}: expected type: ${expected}, found: ${found}`,
    { property: name },
  );
}
