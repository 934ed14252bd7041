// Wrong on purpose: tests/site/traps-04.test.ts shows what each of these tests lets through.
import {
  type DynamoDBDocumentClientResolvedConfig,
  PutCommand,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/lib-dynamodb';
import type { AwsStub } from 'aws-sdk-client-mock';
import { expect } from 'vitest';

export type Handler = (order: object) => Promise<{ statusCode: number }>;
type Documents = AwsStub<ServiceInputTypes, ServiceOutputTypes, DynamoDBDocumentClientResolvedConfig>;

const order = { orderId: 'order-1', totalCents: 1000 };

export async function calledButWithWhat(handler: Handler, documents: Documents): Promise<void> {
  // region called
  await handler(order);
  // Something was written. What, and where to?
  expect(documents.calls()).toHaveLength(1);
  // endregion
}

export async function neverFails(handler: Handler): Promise<void> {
  // region never-fails
  try {
    const answer = await handler(order);
    expect(answer.statusCode).toBe(200);
  } catch (error) {
    // The failed expectation is an error, too, and ends here.
    console.log(error);
  }
  // endregion
}

export async function lookedUp(handler: Handler, documents: Documents): Promise<void> {
  // region looked-up
  await handler(order);
  const [call] = documents.commandCalls(PutCommand);
  expect(call?.args[0].input).toEqual({ TableName: 'orders', Item: { ...order, status: 'RECEIVED' } });
  // endregion
}
