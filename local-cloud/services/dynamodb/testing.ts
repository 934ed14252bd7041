import type { AttributeValue, CreateTableInput } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../errors.ts';
import { testCloud } from '../../testing.ts';
import { createDynamoDb } from './index.ts';

/** A DynamoDB for one test: `using db = testDynamoDb()`. */
export function testDynamoDb() {
  const cloud = testCloud({ clock: 'warp' });
  const service = createDynamoDb(cloud);
  return {
    ...service.operations,
    service,
    cloud,
    [Symbol.dispose]: () => cloud[Symbol.dispose](),
  };
}

/** A CreateTable request with partition key `id` (S). */
export const SIMPLE: CreateTableInput = {
  TableName: 'orders',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};

/** A CreateTable request with partition key `id` (S) and a sort key `n` of the given type. */
export function composite(type: 'S' | 'N' | 'B' = 'N'): CreateTableInput {
  return {
    TableName: 'lines',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'n', AttributeType: type },
    ],
    KeySchema: [
      { AttributeName: 'id', KeyType: 'HASH' },
      { AttributeName: 'n', KeyType: 'RANGE' },
    ],
  };
}

/** The error that `run` throws: code, message and further members. */
export function errorOf(run: () => unknown): { code: string; message: string; members: object } {
  try {
    run();
  } catch (cause) {
    if (cause instanceof AwsError) {
      return { code: cause.name, message: cause.message, members: cause.members };
    }
    throw cause;
  }
  throw new Error('Expected an error, but the call succeeded.');
}

/** The message of the ValidationException that `run` throws. */
export function refusal(run: () => unknown): string {
  const { code, message } = errorOf(run);
  if (code !== 'ValidationException')
    throw new Error(`Expected a ValidationException, got ${code}: ${message}`);
  return message;
}

/** A plain value as an attribute value, for short tests. */
export function av(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number' || typeof value === 'bigint') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value instanceof Uint8Array) return { B: value };
  if (Array.isArray(value)) return { L: value.map(av) };
  return { M: item(value as Record<string, unknown>) };
}

/** A plain object as an item. */
export function item(values: Record<string, unknown>): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, av(value)]));
}
