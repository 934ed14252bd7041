import type {
  BatchGetItemInput,
  BatchGetItemOutput,
  BatchWriteItemInput,
  BatchWriteItemOutput,
  ItemCollectionMetrics,
  KeysAndAttributes,
  WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../service.ts';
import {
  addConsumption,
  type Consumption,
  capacityAnswer,
  consumed,
  readUnits,
  recordCost,
} from './capacity.ts';
import { type Constraints, createConstraints, isTableName } from './constraints.ts';
import { validationError } from './errors.ts';
import type { Path } from './expressions/ast.ts';
import { checkPlaceholderUse, parseExpressions, refuseLegacy } from './expressions/request.ts';
import { checkKey, refuseNestedKeys } from './item-keys.ts';
import { view } from './item-operations.ts';
import { keyOf, type Table } from './storage/table.ts';
import type { Tables } from './tables.ts';
import { acceptItem } from './values/accept.ts';
import type { Item } from './values/attribute-value.ts';
import { apply, collectionMetrics, decide, prepareDelete, preparePut, type Write } from './writes.ts';

export interface BatchOperations {
  BatchGetItem(input: BatchGetItemInput): BatchGetItemOutput;
  BatchWriteItem(input: BatchWriteItemInput): BatchWriteItemOutput;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-api */
const MAX_GETS = 100;
const MAX_WRITES = 25;
const MAX_BATCH_BYTES = 16 * 1024 * 1024;

const RETURN_CAPACITY = ['INDEXES', 'TOTAL', 'NONE'];
const DUPLICATES = 'Provided list of item keys contains duplicates';

/** A table's part of a BatchGetItem. */
interface Gets {
  table: Table;
  request: KeysAndAttributes;
  keys: { key: Item; storageKey: string }[];
  projection?: Path[];
}

/** Batches are single operations in one call: no condition, no order, no all-or-nothing. */
export function createBatchOperations(cloud: Cloud, tables: Tables): BatchOperations {
  return {
    BatchGetItem(input) {
      checkBatchGet(input);
      const gets = prepareGets(input, tables);
      const answer: Required<Pick<BatchGetItemOutput, 'Responses' | 'UnprocessedKeys'>> = {
        Responses: {},
        UnprocessedKeys: {},
      };
      let bytes = 0;
      const consumptions = Object.entries(gets).map(([name, { table, request, keys, projection }]) => {
        const consumption = consumed(table, 'read', 0);
        const found: { storageKey: string; item: Item }[] = [];
        const unprocessed: Item[] = [];
        for (const { key, storageKey } of keys) {
          const entry = table.entries.get(storageKey);
          bytes += entry?.size ?? 0;
          if (bytes > MAX_BATCH_BYTES) {
            unprocessed.push(key);
            continue;
          }
          consumption.units += readUnits(entry?.size ?? 0, request.ConsistentRead);
          if (entry) found.push({ storageKey, item: view(entry.item, projection) });
        }
        // AWS promises no order; that of the table shows who relies on the order of the request.
        found.sort((a, b) => (a.storageKey < b.storageKey ? -1 : 1));
        answer.Responses[name] = found.map(({ item }) => item);
        if (unprocessed.length > 0) answer.UnprocessedKeys[name] = { ...request, Keys: unprocessed };
        recordCost(cloud.journal, consumption);
        return consumption;
      });
      return { ...answer, ConsumedCapacity: capacities(input, consumptions) };
    },

    BatchWriteItem(input) {
      checkBatchWrite(input);
      const requests = Object.entries(input.RequestItems ?? {});
      const prepared = requests.map(([name, writes]) => ({ name, writes: writes.map(prepareWrite) }));
      const bound = prepared.map(({ name, writes }) => {
        const table = tables.forItems(name);
        return { name, table, writes: writes.map((bind) => bind(table)) };
      });
      for (const { writes } of bound) {
        if (new Set(writes.map(({ key }) => key)).size !== writes.length) throw validationError(DUPLICATES);
      }
      const metrics: Record<string, ItemCollectionMetrics[]> = {};
      const consumptions = bound.map(({ name, table, writes }) => {
        const consumption = consumed(table, 'write', 0);
        const measured = writes.flatMap((write) => {
          const decision = decide(write);
          addConsumption(consumption, apply(decision));
          const item = decision.item ?? decision.old?.item;
          return (item && collectionMetrics(input.ReturnItemCollectionMetrics, table, item)) ?? [];
        });
        if (measured.length > 0) metrics[name] = measured;
        recordCost(cloud.journal, consumption);
        return consumption;
      });
      return {
        UnprocessedItems: {},
        ...(input.ReturnItemCollectionMetrics === 'SIZE' && { ItemCollectionMetrics: metrics }),
        ConsumedCapacity: capacities(input, consumptions),
      };
    },
  };
}

function capacities(input: BatchGetItemInput | BatchWriteItemInput, consumptions: readonly Consumption[]) {
  if (input.ReturnConsumedCapacity !== 'TOTAL' && input.ReturnConsumedCapacity !== 'INDEXES')
    return undefined;
  return consumptions.flatMap(
    (consumption) => capacityAnswer(input.ReturnConsumedCapacity, consumption) ?? [],
  );
}

function checkBatchGet(input: BatchGetItemInput): void {
  const constraints = createConstraints();
  constraints.oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity, RETURN_CAPACITY);
  requestConstraints(constraints, input.RequestItems);
  for (const [name, { Keys }] of Object.entries(input.RequestItems ?? {})) {
    const at = `requestItems.${name}.member.keys`;
    constraints.notNull(at, Keys);
    constraints.length(at, Keys, 1, MAX_GETS);
  }
  constraints.end();
}

/** The map of a batch: at least one table, each by a name that a table may have. */
function requestConstraints(constraints: Constraints, requests: Record<string, unknown> | undefined): void {
  constraints.notNull('requestItems', requests);
  const names = Object.keys(requests ?? {});
  if (requests && names.length === 0) {
    constraints.fail('requestItems', {}, 'Member must have length greater than or equal to 1');
  }
  if (names.every(isTableName)) return;
  constraints.fail(
    'requestItems',
    requests,
    'Map keys must satisfy constraint: [Member must have length less than or equal to 255, ' +
      'Member must have length greater than or equal to 3, ' +
      'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]',
  );
}

/** All that can be refused is refused before anything is read. */
function prepareGets(input: BatchGetItemInput, tables: Tables): Record<string, Gets> {
  const requests = Object.entries(input.RequestItems ?? {}).map(([name, request]) => {
    refuseLegacy('BatchGetItem', request, ['AttributesToGet']);
    checkPlaceholderUse(request, ['ProjectionExpression']);
    const { projection } = parseExpressions(request);
    const keys = (request.Keys ?? []).map(acceptItem);
    refuseDuplicates(keys);
    return { name, request, projection, keys };
  });
  const count = requests.reduce((sum, { keys }) => sum + keys.length, 0);
  if (count > MAX_GETS) throw validationError('Too many items requested for the BatchGetItem call');
  return Object.fromEntries(
    requests.map(({ name, request, projection, keys }) => {
      const table = tables.forItems(name);
      if (projection) refuseNestedKeys(projection, table);
      const located = keys.map((key) => {
        checkKey(key, table.key);
        return { key, storageKey: keyOf(table.key, key) };
      });
      return [name, { table, request, projection, keys: located }];
    }),
  );
}

/** Found without the table: two keys are the same when all their attributes are. */
function refuseDuplicates(keys: readonly Item[]): void {
  const shown = keys.map((key) => JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1))));
  if (new Set(shown).size !== shown.length) throw validationError(DUPLICATES);
}

function checkBatchWrite(input: BatchWriteItemInput): void {
  const constraints = createConstraints();
  constraints.oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity, RETURN_CAPACITY);
  constraints.oneOf('returnItemCollectionMetrics', input.ReturnItemCollectionMetrics, ['SIZE', 'NONE']);
  requestConstraints(constraints, input.RequestItems);
  const lists = Object.values(input.RequestItems ?? {});
  if (lists.some((writes) => writes.length < 1 || writes.length > MAX_WRITES)) {
    constraints.fail(
      'requestItems',
      input.RequestItems,
      `Map value must satisfy constraint: [Member must have length less than or equal to ${MAX_WRITES}, ` +
        'Member must have length greater than or equal to 1]',
    );
  }
  for (const [name, writes] of Object.entries(input.RequestItems ?? {})) {
    writes.forEach(({ PutRequest, DeleteRequest }, index) => {
      const at = `requestItems.${name}.member.${index + 1}.member`;
      if (DeleteRequest) constraints.notNull(`${at}.deleteRequest.key`, DeleteRequest.Key);
      if (PutRequest) constraints.notNull(`${at}.putRequest.item`, PutRequest.Item);
    });
  }
  constraints.end();
  if (lists.reduce((sum, writes) => sum + writes.length, 0) > MAX_WRITES) {
    throw validationError('Too many items requested for the BatchWriteItem call');
  }
}

function prepareWrite({ PutRequest, DeleteRequest }: WriteRequest): (table: Table) => Write {
  if (Boolean(PutRequest) === Boolean(DeleteRequest)) {
    throw validationError(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  const bind = PutRequest
    ? preparePut({ Item: PutRequest.Item })
    : prepareDelete({ Key: DeleteRequest?.Key });
  return (table) => {
    try {
      return bind(table);
    } catch (cause) {
      // In a batch, AWS words a wrong key of an item as that of a key.
      const isKeyError =
        cause instanceof Error && /Missing the key|Type mismatch for key/.test(cause.message);
      throw isKeyError ? validationError('The provided key element does not match the schema') : cause;
    }
  };
}
