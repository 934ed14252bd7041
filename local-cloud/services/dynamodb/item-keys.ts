import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { invalidParameter, validationError } from './errors.ts';
import type { Path } from './expressions/ast.ts';
import { type Index, type KeyAttribute, type KeySchema, keyNames, type Table } from './storage/table.ts';
import { type Item, typeOf } from './values/attribute-value.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys */
const MAX_PARTITION_BYTES = 2048;
const MAX_SORT_BYTES = 1024;

/**
 * Checks that a `Key` has exactly the table's key attributes, of their types.
 * @throws ValidationException
 */
export function checkKey(key: Item, schema: KeySchema): void {
  const expected = keyAttributes(schema);
  if (Object.keys(key).length !== expected.length) throw schemaMismatch();
  for (const attribute of expected) {
    const value = key[attribute.name];
    if (!value || typeOf(value) !== attribute.type) throw schemaMismatch();
    refuseEmpty(value, (kind) =>
      invalidParameter(
        `The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${attribute.name}`,
      ),
    );
    checkKeySize(value, attribute === schema.partition);
  }
}

/**
 * Checks the key attributes of an item that is about to be stored, those of indexes too.
 * @throws ValidationException
 */
export function checkItemKeys(item: Item, table: Table): void {
  for (const attribute of keyAttributes(table.key)) {
    const value = item[attribute.name];
    if (!value) throw invalidParameter(`Missing the key ${attribute.name} in the item`);
    if (typeOf(value) !== attribute.type) {
      throw invalidParameter(
        `Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      );
    }
    refuseEmpty(value, (kind) =>
      validationError(
        'One or more parameter values are not valid. The AttributeValue for a key attribute cannot ' +
          `contain an empty ${kind} value. Key: ${attribute.name}`,
      ),
    );
    checkKeySize(value, attribute === table.key.partition);
  }
  checkIndexKeys(item, table);
}

/** Index keys may be absent, but not of another type or empty. @throws ValidationException */
export function checkIndexKeys(item: Item, table: Table): void {
  for (const index of globalsFirst(table)) {
    for (const attribute of keyAttributes(index.key)) {
      const value = item[attribute.name];
      if (!value) continue;
      if (typeOf(value) !== attribute.type) {
        throw invalidParameter(
          `Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} ` +
            `Actual: ${typeOf(value)} IndexName: ${index.name}`,
        );
      }
      refuseEmpty(value, (kind) =>
        validationError(
          'One or more parameter values are not valid. A value specified for a secondary index key is not ' +
            `supported. The AttributeValue for a key attribute cannot contain an empty ${kind} value. ` +
            `IndexName: ${index.name}, IndexKey: ${attribute.name}`,
        ),
      );
      checkKeySize(value, attribute === index.key.partition);
    }
  }
}

/** Key attributes are scalars: a path cannot go inside them. @throws ValidationException */
export function refuseNestedKeys(paths: readonly Path[], table: Table): void {
  const nested = new Set(paths.filter((path) => path.length > 1).map(([head]) => head));
  const refuse = (kind: 'Key' | 'IndexKey', schema: KeySchema) => {
    const name = keyNames(schema).find((key) => nested.has(key));
    if (name === undefined) return;
    throw validationError(
      `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${kind}: ${name}`,
    );
  };
  refuse('Key', table.key);
  for (const { key } of table.indexes.values()) refuse('IndexKey', key);
}

export function schemaMismatch(): Error {
  return validationError('The provided key element does not match the schema');
}

/** AWS looks at a table's global indexes before its local ones. */
function globalsFirst({ indexes }: Table): Index[] {
  const all = [...indexes.values()];
  return [...all.filter(({ kind }) => kind === 'global'), ...all.filter(({ kind }) => kind === 'local')];
}

function keyAttributes({ partition, sort }: KeySchema): KeyAttribute[] {
  return sort ? [partition, sort] : [partition];
}

/** No key attribute is empty. */
export function refuseEmpty(value: AttributeValue, error: (kind: 'string' | 'binary') => Error): void {
  if (value.S === '') throw error('string');
  if (value.B?.byteLength === 0) throw error('binary');
}

function checkKeySize(value: AttributeValue, isPartition: boolean): void {
  const bytes = value.S !== undefined ? Buffer.byteLength(value.S) : (value.B?.byteLength ?? 0);
  if (isPartition && bytes > MAX_PARTITION_BYTES) {
    throw invalidParameter('Size of hashkey has exceeded the maximum size limit of2048 bytes');
  }
  if (!isPartition && bytes > MAX_SORT_BYTES) {
    throw invalidParameter('Aggregated size of all range keys has exceeded the size limit of 1024 bytes');
  }
}
