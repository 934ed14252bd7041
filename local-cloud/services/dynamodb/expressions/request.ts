import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { notSupported } from '../../../errors.ts';
import { validationError } from '../errors.ts';
import type { Condition, Operand, Path, UpdateAction } from './ast.ts';
import { parseCondition } from './condition-parser.ts';
import { createPlaceholders } from './placeholders.ts';
import { parseProjection } from './projection-parser.ts';
import { parseUpdate } from './update-parser.ts';

/** The expressions that a request may carry, and their placeholders. */
export interface ExpressionInput {
  UpdateExpression?: string;
  ConditionExpression?: string;
  KeyConditionExpression?: string;
  FilterExpression?: string;
  ProjectionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
}

export type ExpressionName = Exclude<keyof ExpressionInput, `ExpressionAttribute${string}`>;

export interface ParsedExpressions {
  update?: UpdateAction[];
  condition?: Condition;
  keyCondition?: Condition;
  filter?: Condition;
  projection?: Path[];
}

/**
 * Refuses placeholders in a request without an expression that could use them.
 * @param allowed the expressions that the operation has, in AWS's order
 * @throws ValidationException
 */
export function checkPlaceholderUse(input: ExpressionInput, allowed: readonly ExpressionName[]): void {
  const isAbsent = (name: ExpressionName) => input[name] === undefined;
  if (input.ExpressionAttributeNames && allowed.every(isAbsent)) {
    throw validationError('ExpressionAttributeNames can only be specified when using expressions');
  }
  const withValues = allowed.filter((name) => name !== 'ProjectionExpression');
  if (input.ExpressionAttributeValues && withValues.length > 0 && withValues.every(isAbsent)) {
    throw validationError(
      'ExpressionAttributeValues can only be specified when using expressions: ' +
        `${withValues.join(' and ')} ${withValues.length > 1 ? 'are' : 'is'} null`,
    );
  }
}

/**
 * Parses all expressions of a request.
 * @throws ValidationException as AWS words it, also for placeholders that none of them uses
 */
export function parseExpressions(input: ExpressionInput): ParsedExpressions {
  const placeholders = createPlaceholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
  const condition = (name: ExpressionName) => {
    const expression = input[name];
    return expression === undefined ? undefined : parseCondition(name, expression, placeholders);
  };
  const parsed: ParsedExpressions = {
    update:
      input.UpdateExpression === undefined ? undefined : parseUpdate(input.UpdateExpression, placeholders),
    condition: condition('ConditionExpression'),
    keyCondition: condition('KeyConditionExpression'),
    filter: condition('FilterExpression'),
    projection:
      input.ProjectionExpression === undefined
        ? undefined
        : parseProjection(input.ProjectionExpression, placeholders),
  };
  placeholders.assertAllUsed();
  return parsed;
}

/**
 * Refuses the parameters that expressions replaced in 2014.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
 */
export function refuseLegacy(operation: string, input: object, parameters: readonly string[]): void {
  const members = input as Record<string, unknown>;
  const used = parameters.find((parameter) => members[parameter] !== undefined);
  if (used) throw notSupported(`The legacy parameter ${used} of DynamoDB's ${operation}`);
}

/** The document paths that a condition reads. */
export function pathsInCondition(condition: Condition): Path[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...pathsInCondition(condition.left), ...pathsInCondition(condition.right)];
    case 'not':
      return pathsInCondition(condition.condition);
    case 'comparison':
      return pathsInOperands([condition.left, condition.right]);
    case 'between':
      return pathsInOperands([condition.operand, condition.low, condition.high]);
    case 'in':
      return pathsInOperands([condition.operand, ...condition.candidates]);
    case 'function':
      return pathsInOperands(condition.args);
  }
}

function pathsInOperands(operands: readonly Operand[]): Path[] {
  return operands.flatMap((operand) => {
    if (operand.kind === 'path') return [operand.path];
    return operand.kind === 'call' ? pathsInOperands(operand.args) : [];
  });
}
