import type {
  DeleteItemInput,
  DeleteItemOutput,
  GetItemInput,
  GetItemOutput,
  PutItemInput,
  PutItemOutput,
  ReturnValue,
  UpdateItemInput,
  UpdateItemOutput,
} from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../service.ts';
import { type Consumption, capacityAnswer, consumed, readUnits, recordCost } from './capacity.ts';
import { commonConstraints, createConstraints, metricsConstraint } from './constraints.ts';
import { validationError } from './errors.ts';
import type { Path } from './expressions/ast.ts';
import { project } from './expressions/paths.ts';
import { checkPlaceholderUse, parseExpressions, refuseLegacy } from './expressions/request.ts';
import { checkKey, refuseNestedKeys } from './item-keys.ts';
import { keyOf } from './storage/table.ts';
import type { Tables } from './tables.ts';
import { acceptItem } from './values/accept.ts';
import { copyItem, type Item } from './values/attribute-value.ts';
import {
  apply,
  collectionMetrics,
  type Decision,
  decide,
  failedUnits,
  prepareDelete,
  preparePut,
  prepareUpdate,
  type Write,
} from './writes.ts';

export interface ItemOperations {
  GetItem(input: GetItemInput): GetItemOutput;
  PutItem(input: PutItemInput): PutItemOutput;
  UpdateItem(input: UpdateItemInput): UpdateItemOutput;
  DeleteItem(input: DeleteItemInput): DeleteItemOutput;
}

const RETURN_VALUES = ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'];

/** Operations on one item. Each runs in one step, so that of two conditional writes one wins. */
export function createItemOperations(cloud: Cloud, tables: Tables): ItemOperations {
  function run(write: Write): { decision: Decision; consumption: Consumption } {
    try {
      const decision = decide(write);
      const consumption = apply(decision);
      recordCost(cloud.journal, consumption);
      return { decision, consumption };
    } catch (cause) {
      recordCost(cloud.journal, failedUnits(write));
      throw cause;
    }
  }

  return {
    GetItem(input) {
      const constraints = createConstraints();
      commonConstraints(constraints, input);
      constraints.notNull('key', input.Key);
      constraints.end();
      refuseLegacy('GetItem', input, ['AttributesToGet']);
      checkPlaceholderUse(input, ['ProjectionExpression']);
      const key = acceptItem(input.Key ?? {});
      const { projection } = parseExpressions(input);
      const table = tables.forItems(input.TableName ?? '');
      checkKey(key, table.key);
      if (projection) refuseNestedKeys(projection, table);
      const entry = table.entries.get(keyOf(table.key, key));
      const consumption = consumed(table, 'read', readUnits(entry?.size ?? 0, input.ConsistentRead));
      recordCost(cloud.journal, consumption);
      return {
        Item: entry && view(entry.item, projection),
        ConsumedCapacity: capacityAnswer(input.ReturnConsumedCapacity, consumption),
      };
    },

    PutItem(input) {
      const constraints = createConstraints();
      commonConstraints(constraints, input);
      constraints.notNull('item', input.Item);
      constraints.oneOf('returnValues', input.ReturnValues, RETURN_VALUES);
      metricsConstraint(constraints, input);
      constraints.end();
      refuseLegacy('PutItem', input, ['Expected', 'ConditionalOperator']);
      onlyOldValues(input.ReturnValues, 'ReturnValues can only be ALL_OLD or NONE');
      const prepared = preparePut({ ...input, Item: input.Item });
      const table = tables.forItems(input.TableName ?? '');
      const { decision, consumption } = run(prepared(table));
      return {
        Attributes: attributes(decision, input.ReturnValues),
        ConsumedCapacity: capacityAnswer(input.ReturnConsumedCapacity, consumption),
        ItemCollectionMetrics: collectionMetrics(input.ReturnItemCollectionMetrics, table, input.Item ?? {}),
      };
    },

    UpdateItem(input) {
      const constraints = createConstraints();
      commonConstraints(constraints, input);
      metricsConstraint(constraints, input);
      constraints.oneOf('returnValues', input.ReturnValues, RETURN_VALUES);
      constraints.notNull('key', input.Key);
      constraints.end();
      refuseLegacy('UpdateItem', input, ['AttributeUpdates', 'Expected', 'ConditionalOperator']);
      const prepared = prepareUpdate({ ...input, Key: input.Key });
      const table = tables.forItems(input.TableName ?? '');
      const { decision, consumption } = run(prepared(table));
      return {
        Attributes: attributes(decision, input.ReturnValues),
        ConsumedCapacity: capacityAnswer(input.ReturnConsumedCapacity, consumption),
        ItemCollectionMetrics: collectionMetrics(input.ReturnItemCollectionMetrics, table, input.Key ?? {}),
      };
    },

    DeleteItem(input) {
      const constraints = createConstraints();
      commonConstraints(constraints, input);
      constraints.oneOf('returnValues', input.ReturnValues, RETURN_VALUES);
      metricsConstraint(constraints, input);
      constraints.notNull('key', input.Key);
      constraints.end();
      refuseLegacy('DeleteItem', input, ['Expected', 'ConditionalOperator']);
      onlyOldValues(input.ReturnValues, 'Return values set to invalid value');
      const prepared = prepareDelete({ ...input, Key: input.Key });
      const table = tables.forItems(input.TableName ?? '');
      const { decision, consumption } = run(prepared(table));
      return {
        Attributes: attributes(decision, input.ReturnValues),
        ConsumedCapacity: capacityAnswer(input.ReturnConsumedCapacity, consumption),
        ItemCollectionMetrics: collectionMetrics(input.ReturnItemCollectionMetrics, table, input.Key ?? {}),
      };
    },
  };
}

/** An item as a reader gets it: a copy, or the part that a projection names. */
export function view(item: Item, projection: readonly Path[] | undefined): Item {
  return projection ? project(item, projection) : copyItem(item);
}

/** AWS words this rule differently for each operation. */
function onlyOldValues(returnValues: ReturnValue | undefined, message: string): void {
  if (returnValues === undefined || returnValues === 'ALL_OLD' || returnValues === 'NONE') return;
  throw validationError(message);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html#DDB-UpdateItem-request-ReturnValues */
function attributes({ write, old, item }: Decision, returnValues: ReturnValue | undefined): Item | undefined {
  switch (returnValues) {
    case 'ALL_OLD':
      return old && copyItem(old.item);
    case 'ALL_NEW':
      return item && copyItem(item);
    case 'UPDATED_OLD':
      return old && someOf(project(old.item, write.paths));
    case 'UPDATED_NEW':
      return item && someOf(project(item, write.paths));
    default:
      return undefined;
  }
}

function someOf(item: Item): Item | undefined {
  return Object.keys(item).length > 0 ? item : undefined;
}
