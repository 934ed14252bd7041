import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../../errors.ts';
import { validationError } from '../errors.ts';
import { acceptValue } from '../values/accept.ts';

/** `ExpressionAttributeNames` and `ExpressionAttributeValues` of one request, shared by its expressions. */
export interface Placeholders {
  /** The attribute that `#name` stands for. */
  name(placeholder: string): string | undefined;
  /** The value that `:value` stands for. */
  value(placeholder: string): AttributeValue | undefined;
  /** @throws ValidationException when one was given that no expression used */
  assertAllUsed(): void;
}

/**
 * Checks and collects a request's placeholders.
 * @throws ValidationException for an empty map, a malformed placeholder or an invalid value
 */
export function createPlaceholders(
  names?: Record<string, string>,
  values?: Record<string, AttributeValue>,
): Placeholders {
  const nameByKey = new Map(Object.entries(names ?? {}));
  const valueByKey = new Map<string, AttributeValue>();
  if (names) checkKeys('ExpressionAttributeNames', names, /^#[0-9a-zA-Z_]+$/);
  if (values) {
    checkKeys('ExpressionAttributeValues', values, /^:[0-9a-zA-Z_]+$/);
    for (const [key, value] of Object.entries(values))
      valueByKey.set(key, acceptPlaceholderValue(key, value));
  }
  const unusedNames = new Set(nameByKey.keys());
  const unusedValues = new Set(valueByKey.keys());
  return {
    name(placeholder) {
      unusedNames.delete(placeholder);
      return nameByKey.get(placeholder);
    },
    value(placeholder) {
      unusedValues.delete(placeholder);
      return valueByKey.get(placeholder);
    },
    assertAllUsed() {
      refuseUnused('ExpressionAttributeNames', unusedNames);
      refuseUnused('ExpressionAttributeValues', unusedValues);
    },
  };
}

function checkKeys(parameter: string, map: object, pattern: RegExp): void {
  const keys = Object.keys(map);
  if (keys.length === 0) throw validationError(`${parameter} must not be empty`);
  const invalid = keys.find((key) => !pattern.test(key));
  if (invalid !== undefined) {
    throw validationError(`${parameter} contains invalid key: Syntax error; key: "${invalid}"`);
  }
}

function acceptPlaceholderValue(key: string, value: AttributeValue): AttributeValue {
  try {
    return acceptValue(value);
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw validationError(
      `ExpressionAttributeValues contains invalid value: ${cause.message} for key ${key}`,
    );
  }
}

function refuseUnused(parameter: string, unused: ReadonlySet<string>): void {
  if (unused.size === 0) return;
  throw validationError(
    `Value provided in ${parameter} unused in expressions: keys: {${[...unused].join(', ')}}`,
  );
}
