import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { invalidParameter, validationError } from '../errors.ts';
import { refuseEmpty } from '../item-keys.ts';
import type { KeyAttribute, KeySchema } from '../storage/table.ts';
import { typeOf } from '../values/attribute-value.ts';
import type { Condition, Operand } from './ast.ts';

/** What a query asks of the sort key. */
export type SortCondition =
  | { operator: '=' | '<' | '<=' | '>' | '>=' | 'begins_with'; value: AttributeValue }
  | { operator: 'between'; low: AttributeValue; high: AttributeValue };

export interface KeyCondition {
  partition: AttributeValue;
  sort?: SortCondition;
}

const MIRRORED = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

/** The conditions of a key-condition expression, by attribute. */
export type KeyConditions = ReadonlyMap<string, SortCondition>;

/**
 * Reads a parsed key-condition expression, before the table is known.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
 * @throws ValidationException as AWS words it
 */
export function keyConditionsIn(condition: Condition): KeyConditions {
  const byAttribute = new Map<string, SortCondition>();
  collect(condition, byAttribute);
  if (byAttribute.size > 2) throw validationError('Conditions can be of length 1 or 2 only');
  return byAttribute;
}

/**
 * Fits the conditions to the keys of a table or index.
 * @throws ValidationException as AWS words it
 */
export function keyConditionOf(byAttribute: KeyConditions, schema: KeySchema): KeyCondition {
  if (!schema.sort && byAttribute.size > 1) throw validationError('Query key condition not supported');

  const partition = byAttribute.get(schema.partition.name);
  if (!partition) throw missed(schema.partition.name);
  requireKey(partition, schema.partition);
  if (partition.operator !== '=') throw validationError('Query key condition not supported');

  const sort = schema.sort && byAttribute.get(schema.sort.name);
  if (!sort) {
    if (schema.sort && byAttribute.size > 1) throw missed(schema.sort.name);
    return { partition: partition.value };
  }
  if (schema.sort) requireKey(sort, schema.sort);
  return { partition: partition.value, sort };
}

function missed(attribute: string): Error {
  return validationError(`Query condition missed key schema element: ${attribute}`);
}

/** What is compared with a key attribute must be able to be one. */
function requireKey(condition: SortCondition, { name, type }: KeyAttribute): void {
  const values = condition.operator === 'between' ? [condition.low, condition.high] : [condition.value];
  if (values.some((value) => typeOf(value) !== type)) {
    throw invalidParameter('Condition parameter type does not match schema type');
  }
  for (const value of values) {
    refuseEmpty(value, (kind) =>
      validationError(
        'One or more parameter values are not valid. The AttributeValue for a key attribute cannot ' +
          `contain an empty ${kind} value. Key: ${name}`,
      ),
    );
  }
}

function collect(condition: Condition, byAttribute: Map<string, SortCondition>): void {
  switch (condition.kind) {
    case 'and':
      collect(condition.left, byAttribute);
      collect(condition.right, byAttribute);
      return;
    case 'or':
    case 'not':
    case 'in':
      throw invalidOperator(condition.kind.toUpperCase());
    case 'between': {
      const { operand, low, high } = condition;
      if (operand.kind !== 'path') throw mustLead('BETWEEN');
      const attribute = attributeOf([operand, low, high]);
      put(byAttribute, attribute, {
        operator: 'between',
        low: comparedValue(low),
        high: comparedValue(high),
      });
      return;
    }
    case 'function': {
      const { name, args } = condition;
      if (name === 'size') throw nestedOperation();
      if (name !== 'begins_with') throw invalidOperator(name);
      const [key, prefix] = args;
      if (key?.kind !== 'path' || !prefix) throw mustLead(name);
      put(byAttribute, attributeOf(args), { operator: name, value: comparedValue(prefix) });
      return;
    }
    case 'comparison': {
      const { operator, left, right } = condition;
      if (operator === '<>') throw invalidOperator(operator);
      const attribute = attributeOf([left, right]);
      if (left.kind === 'path') put(byAttribute, attribute, { operator, value: comparedValue(right) });
      else put(byAttribute, attribute, { operator: MIRRORED[operator], value: comparedValue(left) });
      return;
    }
  }
}

/** The one key attribute that a condition names. */
function attributeOf(operands: readonly Operand[]): string {
  if (operands.some(({ kind }) => kind === 'call')) throw nestedOperation();
  const paths = operands.flatMap((operand) => (operand.kind === 'path' ? [operand.path] : []));
  const [path] = paths;
  const invalid = 'Invalid condition in KeyConditionExpression: ';
  if (!path) throw validationError(`${invalid}No key attribute specified`);
  if (paths.length > 1) throw validationError(`${invalid}Multiple attribute names used in one condition`);
  if (path.length > 1) {
    throw validationError('KeyConditionExpressions cannot have conditions on nested attributes');
  }
  return path[0];
}

function comparedValue(operand: Operand): AttributeValue {
  if (operand.kind === 'value') return operand.value;
  throw nestedOperation();
}

function put(byAttribute: Map<string, SortCondition>, attribute: string, condition: SortCondition): void {
  if (byAttribute.has(attribute)) {
    throw validationError('KeyConditionExpressions must only contain one condition per key');
  }
  byAttribute.set(attribute, condition);
}

function invalidOperator(operator: string): Error {
  return validationError(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function mustLead(operator: string): Error {
  return validationError(
    `Invalid condition in KeyConditionExpression: ${operator} operator must have the key attribute as its first operand`,
  );
}

function nestedOperation(): Error {
  return validationError('KeyConditionExpressions cannot contain nested operations');
}
