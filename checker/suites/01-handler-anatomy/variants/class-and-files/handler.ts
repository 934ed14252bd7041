import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { readConfiguration } from './lib/configuration.ts';
import { Logger } from './lib/logger.ts';
import { OrderReceiver } from './lib/order-receiver.ts';
import { OrderRepository } from './lib/order-repository.ts';

const { tableName } = readConfiguration(process.env);
const receiver = new OrderReceiver(new OrderRepository(tableName));

export async function handler(
  event: APIGatewayProxyEventV2,
  { awsRequestId }: Context,
): Promise<APIGatewayProxyStructuredResultV2> {
  return receiver.receive(event, new Logger(awsRequestId));
}
