import type {
  AttributeValue,
  ItemCollectionMetrics,
  ReturnItemCollectionMetrics,
  ReturnValuesOnConditionCheckFailure,
} from '@aws-sdk/client-dynamodb';
import { addIndexWrites, type Consumption, consumed, writeUnits } from './capacity.ts';
import { createConstraints } from './constraints.ts';
import { conditionFailed, invalidParameter, validationError } from './errors.ts';
import type { Condition, Path, UpdateAction } from './expressions/ast.ts';
import { meets } from './expressions/condition-evaluator.ts';
import {
  checkPlaceholderUse,
  type ExpressionInput,
  parseExpressions,
  pathsInCondition,
} from './expressions/request.ts';
import { applyUpdate } from './expressions/update-evaluator.ts';
import { pathsInUpdate, pathsOf } from './expressions/update-parser.ts';
import { checkIndexKeys, checkItemKeys, checkKey, refuseNestedKeys } from './item-keys.ts';
import { type Entry, keyNames, keyOf, removeItem, storeItem, type Table } from './storage/table.ts';
import { acceptItem } from './values/accept.ts';
import { copyItem, type Item, newItem } from './values/attribute-value.ts';
import { itemSize, MAX_ITEM_BYTES } from './values/size.ts';

/** A checked write, not yet done. */
export interface Write {
  readonly table: Table;
  /** Storage key. */
  readonly key: string;
  readonly condition?: Condition;
  /** Whether the error of a failed condition carries the item. */
  readonly returnOnFailure: boolean;
  /** Paths that an update names. */
  readonly paths: readonly Path[];
  /** The item after the write, from the one before; `undefined`: there is none. */
  next(old: Item | undefined): Item | undefined;
}

/** What a write will do, once all checks have passed. */
export interface Decision {
  readonly write: Write;
  readonly old: Entry | undefined;
  readonly item: Item | undefined;
}

/** Checks that need the table come after those of the request alone, as on AWS. */
export type Prepared = (table: Table) => Write;

type ConditionInput = Pick<
  ExpressionInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> & { ReturnValuesOnConditionCheckFailure?: ReturnValuesOnConditionCheckFailure };

type KeyedInput = ConditionInput & { Key: Item | undefined };

/** @throws ValidationException */
export function preparePut(input: ConditionInput & { Item: Item | undefined }): Prepared {
  checkPlaceholderUse(input, ['ConditionExpression']);
  checkReturnOnFailure(input);
  const item = acceptItem(input.Item ?? {});
  if (itemSize(item) > MAX_ITEM_BYTES) {
    throw validationError('Item size has exceeded the maximum allowed size');
  }
  const { condition } = parseExpressions(input);
  return (table) => {
    checkItemKeys(item, table);
    checkConditionPaths(condition, table);
    return { ...common(input, table, item, condition), next: () => item };
  };
}

/** @throws ValidationException */
export function prepareDelete(input: KeyedInput): Prepared {
  checkPlaceholderUse(input, ['ConditionExpression']);
  checkReturnOnFailure(input);
  const key = acceptItem(input.Key ?? {});
  const { condition } = parseExpressions(input);
  return (table) => {
    checkKey(key, table.key);
    checkConditionPaths(condition, table);
    return { ...common(input, table, key, condition), next: () => undefined };
  };
}

/** A transaction's `ConditionCheck`: writes nothing. @throws ValidationException */
export function prepareCheck(input: KeyedInput): Prepared {
  const bind = prepareDelete(input);
  return (table) => ({ ...bind(table), next: (old) => old });
}

/** @throws ValidationException */
export function prepareUpdate(input: KeyedInput & { UpdateExpression?: string }): Prepared {
  checkPlaceholderUse(input, ['UpdateExpression', 'ConditionExpression']);
  checkReturnOnFailure(input);
  const key = acceptItem(input.Key ?? {});
  const { update = [], condition } = parseExpressions(input);
  return (table) => {
    checkKey(key, table.key);
    refuseKeyUpdates(update, table);
    checkConditionPaths(condition, table);
    return {
      ...common(input, table, key, condition),
      paths: pathsOf(update),
      next: (old) => updatedItem(table, old, key, update),
    };
  };
}

/**
 * Works out what a write will do, without doing it.
 * @throws ConditionalCheckFailedException, ValidationException when the item does not fit an update
 */
export function decide(write: Write): Decision {
  const old = write.table.entries.get(write.key);
  if (write.condition && !meets(old?.item ?? newItem(), write.condition)) {
    throw conditionFailed(write.returnOnFailure && old ? copyItem(old.item) : undefined);
  }
  return { write, old, item: write.next(old?.item) };
}

/**
 * Does a write.
 * @param factor 2 in a transaction, which prepares and commits
 * @returns the write units that it costs
 */
export function apply({ write, old, item }: Decision, factor: number = 1): Consumption {
  const { table } = write;
  const sizes = [old?.size ?? 0, item ? itemSize(item) : 0];
  const consumption = consumed(table, 'write', factor * writeUnits(...sizes));
  if (item && item !== old?.item) addIndexWrites(consumption, storeItem(table, old, item), factor);
  else if (!item && old) addIndexWrites(consumption, removeItem(table, old), factor);
  return consumption;
}

/** Write units of a write whose condition failed: it still reads and locks the item. */
export function failedUnits({ table, key }: Write): Consumption {
  return consumed(table, 'write', writeUnits(table.entries.get(key)?.size ?? 0));
}

/** Only tables with local indexes have item collections that are measured. */
export function collectionMetrics(
  asked: ReturnItemCollectionMetrics | undefined,
  table: Table,
  item: Item,
): ItemCollectionMetrics | undefined {
  const hasLocal = [...table.indexes.values()].some(({ kind }) => kind === 'local');
  if (asked !== 'SIZE' || !hasLocal) return undefined;
  const { name } = table.key.partition;
  return { ItemCollectionKey: { [name]: item[name] as AttributeValue }, SizeEstimateRangeGB: [0, 1] };
}

function common(
  input: ConditionInput,
  table: Table,
  item: Item,
  condition: Condition | undefined,
): Omit<Write, 'next'> {
  return {
    table,
    key: keyOf(table.key, item),
    condition,
    returnOnFailure: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
    paths: [],
  };
}

function updatedItem(
  table: Table,
  old: Item | undefined,
  key: Item,
  update: readonly UpdateAction[],
): Item | undefined {
  const updated = applyUpdate(old ?? key, update);
  // An update that only removes does not create the item; one without any action does.
  if (!old && update.length > 0 && update.every(({ kind }) => kind === 'REMOVE' || kind === 'DELETE')) {
    return undefined;
  }
  checkIndexKeys(updated, table);
  if (itemSize(updated) > MAX_ITEM_BYTES) {
    throw validationError('Item size to update has exceeded the maximum allowed size');
  }
  return updated;
}

function refuseKeyUpdates(update: readonly UpdateAction[], table: Table): void {
  for (const name of keyNames(table.key)) {
    if (!update.some(({ path }) => path[0] === name)) continue;
    throw invalidParameter(`Cannot update attribute ${name}. This attribute is part of the key`);
  }
  refuseNestedKeys(pathsInUpdate(update), table);
}

function checkConditionPaths(condition: Condition | undefined, table: Table): void {
  if (condition) refuseNestedKeys(pathsInCondition(condition), table);
}

function checkReturnOnFailure(input: ConditionInput): void {
  const constraints = createConstraints();
  constraints.oneOf('returnValuesOnConditionCheckFailure', input.ReturnValuesOnConditionCheckFailure, [
    'ALL_OLD',
    'NONE',
  ]);
  constraints.end();
}
