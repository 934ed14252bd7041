import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Order } from './order.ts';

export class OrderRepository {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async save({ orderId, customerId, items }: Order, totalCents: number): Promise<void> {
    await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: marshall({ orderId }),
        UpdateExpression:
          'SET customerId = :customerId, #items = :items, totalCents = :total, #status = :status',
        ExpressionAttributeNames: { '#items': 'items', '#status': 'status' },
        ExpressionAttributeValues: marshall({
          ':customerId': customerId,
          ':items': items,
          ':total': totalCents,
          ':status': 'RECEIVED',
        }),
      }),
    );
  }
}
