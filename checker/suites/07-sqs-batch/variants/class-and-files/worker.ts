import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { append } from './given/ledger.ts';
import { BatchHandler } from './lib/batch-handler.ts';
import { OrderProcessor } from './lib/order-processor.ts';
import { OrderRepository } from './lib/order-repository.ts';

const repository = new OrderRepository(new DynamoDBClient(), process.env.TABLE_NAME);
const processor = new OrderProcessor({ append }, repository);
const batch = new BatchHandler((body) => processor.process(body));

export const handler = batch.handle;
