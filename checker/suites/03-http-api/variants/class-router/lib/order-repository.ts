import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Order } from './order.ts';

/** The orders table, behind the three things that the API does with it. */
export class OrderRepository {
  readonly #tableName: string;
  readonly #client = DynamoDBDocumentClient.from(new DynamoDBClient());

  constructor(tableName: string) {
    this.#tableName = tableName;
  }

  /** @returns false when the id is taken */
  async add(order: Order): Promise<boolean> {
    const Put = {
      TableName: this.#tableName,
      Item: order.toItem(),
      ConditionExpression: 'attribute_not_exists(orderId)',
    };
    try {
      await this.#client.send(new TransactWriteCommand({ TransactItems: [{ Put }] }));
      return true;
    } catch (error) {
      // Another transaction on the same id is a rival that has won, or is about to.
      if (error instanceof TransactionCanceledException) {
        const codes = error.CancellationReasons?.map(({ Code }) => Code);
        if (codes?.some((code) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict'))
          return false;
      }
      throw error;
    }
  }

  async find(orderId: string): Promise<object | undefined> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#tableName,
        KeyConditionExpression: 'orderId = :orderId',
        ExpressionAttributeValues: { ':orderId': orderId },
        ConsistentRead: true,
      }),
    );
    return Items[0];
  }

  async ofCustomer(customerId: string, limit: number): Promise<object[]> {
    const orders: object[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#client.send(
        new QueryCommand({
          TableName: this.#tableName,
          IndexName: 'orders-of-customer',
          KeyConditionExpression: 'customerId = :customerId',
          ExpressionAttributeValues: { ':customerId': customerId },
          Limit: limit - orders.length,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      orders.push(...Items);
      start = LastEvaluatedKey;
    } while (start !== undefined && orders.length < limit);
    return orders;
  }
}
