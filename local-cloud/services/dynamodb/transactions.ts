import type {
  CancellationReason,
  ConsumedCapacity,
  ItemCollectionMetrics,
  ReturnConsumedCapacity,
  TransactGetItem,
  TransactGetItemsInput,
  TransactGetItemsOutput,
  TransactWriteItem,
  TransactWriteItemsInput,
  TransactWriteItemsOutput,
} from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import {
  addConsumption,
  type Consumption,
  capacityAnswer,
  consumed,
  readUnits,
  recordCost,
} from './capacity.ts';
import { type Constraints, createConstraints, metricsConstraint } from './constraints.ts';
import { validationError } from './errors.ts';
import { project } from './expressions/paths.ts';
import { checkPlaceholderUse, parseExpressions } from './expressions/request.ts';
import { checkKey, refuseNestedKeys } from './item-keys.ts';
import { view } from './item-operations.ts';
import { keyOf, type Table } from './storage/table.ts';
import type { Tables } from './tables.ts';
import { acceptItem } from './values/accept.ts';
import { itemSize } from './values/size.ts';
import {
  apply,
  collectionMetrics,
  type Decision,
  decide,
  type Prepared,
  prepareCheck,
  prepareDelete,
  preparePut,
  prepareUpdate,
} from './writes.ts';

export interface TransactionOperations {
  TransactGetItems(input: TransactGetItemsInput): TransactGetItemsOutput;
  TransactWriteItems(input: TransactWriteItemsInput): TransactWriteItemsOutput;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html */
const MAX_ACTIONS = 100;
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;
const TOKEN_LIFETIME_MS = 10 * 60 * 1000;

/** A transaction prepares and commits, and pays for both. */
const TRANSACTION_FACTOR = 2;

const RETURN_CAPACITY = ['INDEXES', 'TOTAL', 'NONE'];

const EMPTY_KEY = /key attribute cannot contain an empty (string|binary) value/;

interface PastTransaction {
  readonly request: string;
  readonly at: number;
  /** What a repetition costs: it reads what the first wrote. */
  readonly reads: readonly Consumption[];
}

/** All-or-nothing reads and writes. Each runs in one step, so that two transactions never conflict. */
export function createTransactionOperations(cloud: Cloud, tables: Tables): TransactionOperations {
  const pastByToken = new Map<string, PastTransaction>();

  function pastOf(token: string | undefined, request: string): PastTransaction | undefined {
    for (const [known, { at }] of pastByToken) {
      if (at + TOKEN_LIFETIME_MS > cloud.clock.now()) break;
      pastByToken.delete(known);
    }
    const past = token === undefined ? undefined : pastByToken.get(token);
    if (past && past.request !== request) {
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'Request parameters do not match the parameters of an earlier request with the same client token',
      );
    }
    return past;
  }

  return {
    TransactGetItems(input) {
      const constraints = commonConstraints(input);
      input.TransactItems?.forEach(({ Get }, index) => {
        if (Get)
          requireMembers(constraints, `transactItems.${index + 1}.member.get`, Get, ['Key', 'TableName']);
      });
      constraints.end();
      const prepared = (input.TransactItems ?? []).map(prepareGet);
      const bound = prepared.map(({ name, bind }) => ({ table: tables.forItems(name), bind }));
      const reads = collect(bound, ({ table, bind }) => bind(table));
      const consumptions = byTable(
        reads.map(({ table, entry }) =>
          consumed(table, 'read', TRANSACTION_FACTOR * readUnits(entry?.size ?? 0, true)),
        ),
      );
      for (const consumption of consumptions) recordCost(cloud.journal, consumption);
      return {
        Responses: reads.map(({ entry, projection }) =>
          entry ? { Item: projection ? project(entry.item, projection) : view(entry.item, undefined) } : {},
        ),
        ConsumedCapacity: capacities(input.ReturnConsumedCapacity, consumptions),
      };
    },

    TransactWriteItems(input) {
      checkWriteMembers(input);
      const prepared = (input.TransactItems ?? []).map(prepareWrite);
      const bound = prepared.map(({ name, bind }) => ({ table: tables.forItems(name), bind }));
      const request = fingerprint(input.TransactItems);
      const past = pastOf(input.ClientRequestToken, request);
      if (past) {
        for (const consumption of past.reads) recordCost(cloud.journal, consumption);
        return { ConsumedCapacity: capacities(input.ReturnConsumedCapacity, past.reads) };
      }
      const writes = collect(bound, ({ table, bind }) => bind(table));
      if (new Set(writes.map(({ table, key }) => `${table.name}/${key}`)).size !== writes.length) {
        throw validationError('Transaction request cannot include multiple operations on one item');
      }
      const decisions = collect(writes, decide);
      if (decisions.reduce((sum, { item }) => sum + (item ? itemSize(item) : 0), 0) > MAX_TRANSACTION_BYTES) {
        throw validationError('Transaction request size exceeded the maximum allowed size of 4 MB');
      }
      const consumptions = byTable(decisions.map((decision) => apply(decision, TRANSACTION_FACTOR)));
      for (const consumption of consumptions) recordCost(cloud.journal, consumption);
      if (input.ClientRequestToken !== undefined) {
        const reads = byTable(decisions.map(repetitionCost));
        pastByToken.set(input.ClientRequestToken, { request, at: cloud.clock.now(), reads });
      }
      return {
        ConsumedCapacity: capacities(input.ReturnConsumedCapacity, consumptions),
        ItemCollectionMetrics: metricsOf(input, decisions),
      };
    },
  };
}

/**
 * Runs a step for every action; if any fails, the whole transaction is cancelled with one reason for each.
 * @throws TransactionCanceledException
 */
function collect<Action, Result>(actions: readonly Action[], step: (action: Action) => Result): Result[] {
  const reasons: CancellationReason[] = [];
  const results: Result[] = [];
  for (const action of actions) {
    try {
      results.push(step(action));
      reasons.push({ Code: 'None' });
    } catch (cause) {
      reasons.push(reasonOf(cause));
    }
  }
  if (results.length === actions.length) return results;
  const codes = reasons.map(({ Code }) => Code).join(', ');
  throw new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { members: { CancellationReasons: reasons } },
  );
}

function reasonOf(cause: unknown): CancellationReason {
  if (!(cause instanceof AwsError)) throw cause;
  if (cause.name === 'ConditionalCheckFailedException') {
    return { Code: 'ConditionalCheckFailed', Message: cause.message, ...cause.members };
  }
  // An empty key is wrong whatever the other actions do: it cancels nothing, and is worded like that of an item.
  if (EMPTY_KEY.test(cause.message)) {
    throw validationError(cause.message.replace(' were invalid: ', ' are not valid. '));
  }
  if (cause.name === 'ValidationException') return { Code: 'ValidationError', Message: cause.message };
  throw cause;
}

/** What both kinds of transactions have. */
function commonConstraints(input: TransactGetItemsInput | TransactWriteItemsInput): Constraints {
  const constraints = createConstraints();
  constraints.oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity, RETURN_CAPACITY);
  if ('ReturnItemCollectionMetrics' in input) metricsConstraint(constraints, input);
  constraints.notNull('transactItems', input.TransactItems);
  constraints.length('transactItems', input.TransactItems, 1, MAX_ACTIONS);
  return constraints;
}

/** Checks the members of all actions together. @throws ValidationException */
function checkWriteMembers(input: TransactWriteItemsInput): void {
  const constraints = commonConstraints(input);
  input.TransactItems?.forEach(({ ConditionCheck, Delete, Put, Update }, index) => {
    const at = `transactItems.${index + 1}.member`;
    if (ConditionCheck) {
      const members = ['Key', 'TableName', 'ConditionExpression'];
      requireMembers(constraints, `${at}.conditionCheck`, ConditionCheck, members);
    }
    if (Delete) requireMembers(constraints, `${at}.delete`, Delete, ['Key', 'TableName']);
    if (Put) requireMembers(constraints, `${at}.put`, Put, ['Item', 'TableName']);
    if (Update) requireMembers(constraints, `${at}.update`, Update, ['Key', 'TableName', 'UpdateExpression']);
  });
  constraints.length('clientRequestToken', input.ClientRequestToken, 1, 36);
  constraints.end();
}

function requireMembers(
  constraints: Constraints,
  at: string,
  request: object,
  members: readonly string[],
): void {
  const given = request as Record<string, unknown>;
  for (const member of members) {
    constraints.notNull(`${at}.${member.charAt(0).toLowerCase()}${member.slice(1)}`, given[member]);
  }
}

function prepareGet({ Get }: TransactGetItem) {
  if (!Get) throw invalidAction();
  checkPlaceholderUse(Get, ['ProjectionExpression']);
  const key = acceptItem(Get.Key ?? {});
  const { projection } = parseExpressions(Get);
  return {
    name: Get.TableName ?? '',
    bind(table: Table) {
      checkKey(key, table.key);
      if (projection) refuseNestedKeys(projection, table);
      return { table, entry: table.entries.get(keyOf(table.key, key)), projection };
    },
  };
}

function prepareWrite(action: TransactWriteItem): { name: string; bind: Prepared } {
  const { ConditionCheck, Put, Update, Delete } = action;
  const given = [ConditionCheck, Put, Update, Delete].filter((request) => request !== undefined);
  const [request] = given;
  if (!request || given.length > 1) throw invalidAction();
  const name = request.TableName ?? '';
  if (Put) return { name, bind: preparePut({ ...Put, Item: Put.Item }) };
  if (Update) return { name, bind: prepareUpdate({ ...Update, Key: Update.Key }) };
  if (Delete) return { name, bind: prepareDelete({ ...Delete, Key: Delete.Key }) };
  return { name, bind: prepareCheck({ ...ConditionCheck, Key: ConditionCheck?.Key }) };
}

function invalidAction(): Error {
  return validationError('TransactItems can only contain one of Check, Put, Update or Delete');
}

/** Consumptions of the same table together, in the order in which tables appear. */
function byTable(parts: readonly Consumption[]): Consumption[] {
  const totals = new Map<Table, Consumption>();
  for (const part of parts) {
    const total = totals.get(part.table);
    if (total) addConsumption(total, part);
    else totals.set(part.table, part);
  }
  return [...totals.values()];
}

function capacities(
  detail: ReturnConsumedCapacity | undefined,
  consumptions: readonly Consumption[],
): ConsumedCapacity[] | undefined {
  if (detail !== 'TOTAL' && detail !== 'INDEXES') return undefined;
  return consumptions.flatMap((consumption) => capacityAnswer(detail, consumption, true) ?? []);
}

function repetitionCost({ write, item }: Decision): Consumption {
  const units = TRANSACTION_FACTOR * readUnits(item ? itemSize(item) : 0, true);
  return consumed(write.table, 'read', units);
}

function metricsOf(
  input: TransactWriteItemsInput,
  decisions: readonly Decision[],
): Record<string, ItemCollectionMetrics[]> | undefined {
  if (input.ReturnItemCollectionMetrics !== 'SIZE') return undefined;
  const metrics: Record<string, ItemCollectionMetrics[]> = {};
  for (const { write, old, item } of decisions) {
    const measured = item ?? old?.item;
    const metric = measured && collectionMetrics('SIZE', write.table, measured);
    if (!metric) continue;
    metrics[write.table.name] ??= [];
    metrics[write.table.name]?.push(metric);
  }
  return metrics;
}

/** A transaction's actions as text, to tell a repetition from another request with the same token. */
function fingerprint(actions: unknown): string {
  return JSON.stringify(actions, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  );
}
