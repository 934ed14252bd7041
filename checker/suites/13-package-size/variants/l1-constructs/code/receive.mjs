import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { readOrder } from './order.mjs';

const documents = DynamoDBDocument.from(new DynamoDBClient());

export const handler = async (event) => {
  const order = readOrder(event);
  await documents.put({ TableName: process.env.TABLE_NAME, Item: { ...order, status: 'NEW' } });
  return { orderId: order.orderId, totalCents: order.totalCents };
};
