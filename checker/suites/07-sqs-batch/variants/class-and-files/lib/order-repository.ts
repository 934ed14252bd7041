import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Order } from './order.ts';

export class OrderRepository {
  readonly #documents: DynamoDBDocumentClient;
  readonly #tableName: string | undefined;

  constructor(client: DynamoDBClient, tableName: string | undefined) {
    this.#documents = DynamoDBDocumentClient.from(client);
    this.#tableName = tableName;
  }

  /** Stores an order; one that is there with this status already is left as it is. */
  async save(order: Order, status: string): Promise<void> {
    try {
      await this.#documents.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: { ...order, status },
          ConditionExpression: 'attribute_not_exists(orderId) OR #status <> :status',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':status': status },
        }),
      );
    } catch (error) {
      if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
    }
  }
}
