import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../errors.ts';

/** Where a value stands: it is the whole body, a member of a structure, or an entry of a list or map. */
type Place = 'body' | 'member' | 'entry';

const UNKNOWN_TOKEN = 'Unexpected token received from parser';

/** What AWS says of text, number or truth value where a structure is expected. */
const NO_STRUCTURE: Readonly<Record<Place, string>> = {
  body: UNKNOWN_TOKEN,
  member: 'Unexpected field type',
  entry: 'Unexpected value type in payload',
};

/**
 * Reads a JSON value as a shape of the model: base64 to bytes, numbers to dates, unknown members dropped.
 * Stricter than the clients' own deserializers, because a server must refuse what does not fit.
 * @throws AwsError SerializationException in the words of AWS's JSON services
 */
export function readJson(schema: NormalizedSchema, value: unknown, place: Place = 'body'): unknown {
  if (schema.isDocumentSchema()) return value;
  if (schema.isStructSchema()) return readStruct(schema, value, place);
  if (schema.isListSchema()) return readList(schema, value);
  if (schema.isMapSchema()) return readMap(schema, value);
  if (schema.isStringSchema()) return expect(value, 'string', 'String');
  if (schema.isBooleanSchema()) return expect(value, 'boolean', 'Boolean');
  if (schema.isNumericSchema()) return expect(value, 'number', 'Integer');
  if (schema.isTimestampSchema()) return readTimestamp(value);
  if (schema.isBlobSchema()) return readBlob(value);
  if (schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) return expect(value, 'number', 'Long');
  if (schema.isUnitSchema()) return {};
  throw new Error(`The shape ${schema.getName(true)} is of a kind that JSON requests do not have.`);
}

function readStruct(schema: NormalizedSchema, value: unknown, place: Place): object {
  if (value === null || typeof value !== 'object') throw unexpected(NO_STRUCTURE[place]);
  if (Array.isArray(value)) throw unexpected('Start of list found where not expected');
  const members: Record<string, unknown> = {};
  const given = value as Record<string, unknown>;
  for (const [name, member] of schema.structIterator()) {
    const key = member.getMergedTraits().jsonName ?? name;
    if (!Object.hasOwn(given, key)) continue;
    const raw = given[key];
    // A null member counts as absent in every AWS JSON protocol.
    if (raw !== null && raw !== undefined) members[name] = readJson(member, raw, 'member');
  }
  return members;
}

function readList(schema: NormalizedSchema, value: unknown): unknown[] {
  if (!Array.isArray(value)) throw noCollection(value);
  const item = schema.getValueSchema();
  return value.map((entry) => (entry === null ? nothingIn(schema) : readJson(item, entry, 'entry')));
}

function readMap(schema: NormalizedSchema, value: unknown): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw noCollection(value);
  const item = schema.getValueSchema();
  const map: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of Object.entries(value)) {
    map[key] = entry === null ? nothingIn(schema) : readJson(item, entry, 'entry');
  }
  return map;
}

/** Only sparse lists and maps hold nulls. https://smithy.io/2.0/spec/type-refinement-traits.html#sparse-trait */
function nothingIn(schema: NormalizedSchema): null {
  if (schema.getMergedTraits().sparse) return null;
  const name = schema.isMemberSchema() ? schema.getMemberName() : schema.getName();
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

function readTimestamp(value: unknown): Date {
  const date =
    typeof value === 'number'
      ? new Date(value * 1000)
      : typeof value === 'string'
        ? new Date(value)
        : undefined;
  if (!date || Number.isNaN(date.getTime())) throw notA('Timestamp', value);
  return date;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function readBlob(value: unknown): Uint8Array {
  if (Array.isArray(value)) throw unexpected('Unrecognized collection type class java.nio.ByteBuffer');
  if (typeof value === 'object') throw unexpected(NO_MAP);
  if (typeof value !== 'string') throw unexpected('only base-64-encoded strings are convertible to bytes');
  if (value.length % 4 !== 0) {
    throw unexpected(`Base64 encoded length is expected a multiple of 4 bytes but found: ${value.length}`);
  }
  if (!BASE64.test(value)) throw unexpected('Invalid last non-pad Base64 character dectected');
  return Buffer.from(value, 'base64');
}

function expect(value: unknown, type: 'string' | 'boolean' | 'number', name: string): unknown {
  if (typeof value === type) return value;
  throw notA(name, value);
}

const NO_MAP = 'Start of structure or map found where not expected';

function noCollection(value: unknown): AwsError {
  if (Array.isArray(value)) return unexpected('Start of list found where not expected');
  return unexpected(typeof value === 'object' ? NO_MAP : 'Unexpected field type');
}

function notA(name: string, value: unknown): AwsError {
  if (Array.isArray(value)) return unexpected(`Unrecognized collection type class java.lang.${name}`);
  if (typeof value === 'object') return unexpected(NO_MAP);
  if (name === 'Boolean' && typeof value === 'string') return unexpected(UNKNOWN_TOKEN);
  return unexpected(`${tokenOf(value)} cannot be converted to ${name}`);
}

function tokenOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  if (typeof value !== 'number') return 'STRING_VALUE';
  return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE';
}

function unexpected(message: string): AwsError {
  return new AwsError('SerializationException', message);
}
