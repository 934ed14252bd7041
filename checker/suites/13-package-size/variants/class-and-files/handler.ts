import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { OrderReceiver } from './lib/order-receiver.ts';
import { OrderRepository } from './lib/order-repository.ts';

const receiver = new OrderReceiver(new OrderRepository(new DynamoDBClient({}), process.env.TABLE_NAME ?? ''));

export const handler = (event: unknown) => receiver.receive(event);
