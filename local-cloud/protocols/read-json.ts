import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../errors.ts';

/**
 * Reads a JSON value as a shape of the model: base64 to bytes, numbers to dates, unknown members dropped.
 * Stricter than the clients' own deserializers, because a server must refuse what does not fit.
 * @throws AwsError SerializationException in the words of AWS's JSON services
 */
export function readJson(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.isDocumentSchema()) return value;
  if (schema.isStructSchema()) return readStruct(schema, value);
  if (schema.isListSchema()) return readList(schema, value);
  if (schema.isMapSchema()) return readMap(schema, value);
  if (schema.isStringSchema()) return expect(value, 'string', 'String');
  if (schema.isBooleanSchema()) return expect(value, 'boolean', 'Boolean');
  if (schema.isNumericSchema()) return expect(value, 'number', 'Number');
  if (schema.isTimestampSchema()) return readTimestamp(value);
  if (schema.isBlobSchema()) return readBlob(value);
  if (schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) return expect(value, 'number', 'Number');
  if (schema.isUnitSchema()) return {};
  throw new Error(`The shape ${schema.getName(true)} is of a kind that JSON requests do not have.`);
}

function readStruct(schema: NormalizedSchema, value: unknown): object {
  if (value === null || typeof value !== 'object') throw unexpected('Unexpected token received from parser');
  if (Array.isArray(value)) throw unexpected('Start of list found where not expected');
  const members: Record<string, unknown> = {};
  const given = value as Record<string, unknown>;
  for (const [name, member] of schema.structIterator()) {
    const key = member.getMergedTraits().jsonName ?? name;
    if (!Object.hasOwn(given, key)) continue;
    const raw = given[key];
    // A null member counts as absent in every AWS JSON protocol.
    if (raw !== null && raw !== undefined) members[name] = readJson(member, raw);
  }
  return members;
}

function readList(schema: NormalizedSchema, value: unknown): unknown[] {
  if (!Array.isArray(value)) throw notA('list', value);
  const item = schema.getValueSchema();
  return value.map((entry) => (entry === null ? nothingIn(schema) : readJson(item, entry)));
}

function readMap(schema: NormalizedSchema, value: unknown): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw notA('map', value);
  const item = schema.getValueSchema();
  const map: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of Object.entries(value)) {
    map[key] = entry === null ? nothingIn(schema) : readJson(item, entry);
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
  if (typeof value !== 'string') throw notA('Blob', value);
  if (value.length % 4 !== 0 || !BASE64.test(value)) {
    throw unexpected(`Base64 encoded length is expected a multiple of 4 bytes but found: ${value.length}`);
  }
  return Buffer.from(value, 'base64');
}

function expect(value: unknown, type: 'string' | 'boolean' | 'number', name: string): unknown {
  if (typeof value === type) return value;
  throw notA(name, value);
}

function notA(name: string, value: unknown): AwsError {
  if (Array.isArray(value)) return unexpected('Start of list found where not expected');
  if (typeof value === 'object') return unexpected('Start of structure or map found where not expected.');
  return unexpected(`${tokenOf(value)} cannot be converted to ${name}`);
}

function tokenOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return typeof value === 'number' ? 'NUMBER_VALUE' : 'STRING_VALUE';
}

function unexpected(message: string): AwsError {
  return new AwsError('SerializationException', message);
}
