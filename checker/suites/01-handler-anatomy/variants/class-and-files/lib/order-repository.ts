import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Order } from './order.ts';

export class OrderRepository {
  readonly #client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  readonly #tableName: string;

  constructor(tableName: string) {
    this.#tableName = tableName;
  }

  async save(order: Order, status: string) {
    const Item = order.toRecord(status);
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item }));
    return Item;
  }
}
