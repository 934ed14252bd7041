import type {
  AttributeValue,
  QueryInput,
  QueryOutput,
  ScanInput,
  ScanOutput,
} from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../service.ts';
import { type Constraints, commonConstraints, createConstraints } from './constraints.ts';
import { validationError } from './errors.ts';
import type { Condition } from './expressions/ast.ts';
import { type KeyCondition, keyConditionOf, keyConditionsIn } from './expressions/key-condition.ts';
import {
  checkPlaceholderUse,
  parseExpressions,
  pathsInCondition,
  refuseLegacy,
} from './expressions/request.ts';
import { refuseNestedKeys } from './item-keys.ts';
import {
  acceptStartKey,
  checkReadable,
  checkSelect,
  readPage,
  type Source,
  sameScalar,
  sourceOf,
  startPosition,
} from './reads.ts';
import { afterKey, type KeyRange, queryRange, segmentRange } from './storage/keys.ts';
import { keyNames } from './storage/table.ts';
import type { Tables } from './tables.ts';
import type { Item } from './values/attribute-value.ts';

export interface QueryOperations {
  Query(input: QueryInput): QueryOutput;
  Scan(input: ScanInput): ScanOutput;
}

const SELECT = ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'];

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.html and Scan.html */
export function createQueryOperations(cloud: Cloud, tables: Tables): QueryOperations {
  return {
    Query(input) {
      const constraints = createConstraints();
      sourceConstraints(constraints, input);
      commonConstraints(constraints, input);
      constraints.between('limit', input.Limit, 1);
      constraints.end();
      refuseLegacy('Query', input, [
        'AttributesToGet',
        'QueryFilter',
        'ConditionalOperator',
        'KeyConditions',
      ]);
      checkPlaceholderUse(input, ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression']);
      const startKey = acceptStartKey(input.ExclusiveStartKey);
      if (input.KeyConditionExpression === undefined) {
        throw validationError(
          'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
        );
      }
      const expressions = parseExpressions(input);
      const conditions = keyConditionsIn(expressions.keyCondition as Condition);
      checkSelect(input);
      const source = sourceOf(input, tables.forItems(input.TableName ?? ''));
      const schema = (source.index ?? source.table).key;
      const start = startKey && startPosition(source, startKey);
      const condition = keyConditionOf(conditions, schema);
      const range = queryRange(condition.partition, condition.sort);
      if (startKey && start) checkStart(source, startKey, condition, start);
      refuseNestedKeys(expressions.projection ?? [], source.table);
      refuseKeysInFilter(expressions.filter, source);
      checkReadable(input, source, expressions);
      const backward = input.ScanIndexForward === false;
      return readPage(cloud, input, source, entriesOf(source, range, start, backward), expressions);
    },

    Scan(input) {
      const constraints = createConstraints();
      sourceConstraints(constraints, input);
      constraints.between('totalSegments', input.TotalSegments, 1, 1_000_000);
      commonConstraints(constraints, input);
      constraints.between('segment', input.Segment, 0, 999_999);
      constraints.between('limit', input.Limit, 1);
      constraints.end();
      refuseLegacy('Scan', input, ['AttributesToGet', 'ScanFilter', 'ConditionalOperator']);
      checkPlaceholderUse(input, ['ProjectionExpression', 'FilterExpression']);
      const startKey = acceptStartKey(input.ExclusiveStartKey);
      checkSegments(input);
      const expressions = parseExpressions(input);
      checkSelect(input);
      const source = sourceOf(input, tables.forItems(input.TableName ?? ''));
      const range = segmentRange(input.Segment ?? 0, input.TotalSegments ?? 1);
      const start = startKey && startPosition(source, startKey, 'Scan');
      if (start && (start < range.from || start >= range.to)) {
        throw validationError(
          'The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey ' +
            `with correct Segment. TotalSegments: ${input.TotalSegments} Segment: ${input.Segment}`,
        );
      }
      checkReadable(input, source, expressions);
      return readPage(cloud, input, source, entriesOf(source, range, start), expressions);
    },
  };
}

function sourceConstraints(constraints: Constraints, input: QueryInput | ScanInput): void {
  constraints.oneOf('select', input.Select, SELECT);
  constraints.name('indexName', input.IndexName);
}

function entriesOf({ table, index }: Source, range: KeyRange, start: string | undefined, backward = false) {
  const entries = (index ?? table).entries;
  if (start === undefined) return entries.range(range.from, range.to, backward);
  return backward ? entries.range(range.from, start, true) : entries.range(afterKey(start), range.to);
}

/** The start key must lie in the query. @throws ValidationException */
function checkStart(
  { table, index }: Source,
  startKey: Item,
  { partition, sort }: KeyCondition,
  start: string,
): void {
  const startPartition = startKey[(index ?? table).key.partition.name] as AttributeValue;
  const range = queryRange(startPartition, sort);
  if (sort && (start < range.from || start >= range.to)) {
    throw validationError('The provided starting key does not match the range key predicate');
  }
  if (sameScalar(startPartition, partition)) return;
  throw validationError(
    sort
      ? 'The query can return at most one row and cannot be restarted'
      : 'The provided starting key is outside query boundaries based on provided conditions',
  );
}

function refuseKeysInFilter(filter: Condition | undefined, { table, index }: Source): void {
  if (!filter) return;
  const read = new Set(pathsInCondition(filter).map(([head]) => head));
  const key = keyNames((index ?? table).key).find((name) => read.has(name));
  if (key === undefined) return;
  throw validationError(
    `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`,
  );
}

function checkSegments({ Segment, TotalSegments }: ScanInput): void {
  if (Segment !== undefined && TotalSegments === undefined) {
    throw validationError(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (TotalSegments === undefined) return;
  if (Segment === undefined) {
    throw validationError(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  if (Segment >= TotalSegments) {
    throw validationError(
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: ' +
        `Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    );
  }
}
