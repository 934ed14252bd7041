import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../errors.ts';

/** `ValidationException`: the request itself is wrong. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** `ValidationException` in the form that most rules about values take. */
export function invalidParameter(message: string): AwsError {
  return validationError(`One or more parameter values were invalid: ${message}`);
}

/** `ResourceNotFoundException`; operations on items do not name the table, operations on tables do. */
export function tableNotFound(tableName?: string): AwsError {
  const detail = tableName === undefined ? '' : `: Table: ${tableName} not found`;
  return new AwsError('ResourceNotFoundException', `Requested resource not found${detail}`);
}

/** `ConditionalCheckFailedException`, with the item when the request asked for it. */
export function conditionFailed(item?: Record<string, AttributeValue>): AwsError {
  return new AwsError('ConditionalCheckFailedException', 'The conditional request failed', {
    members: item ? { Item: item } : {},
  });
}
