import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';

const DAY = 86_400;

interface Lock {
  key: string;
  checksum: string;
  token: string;
}

/** Keeps one row a key: who works on it until when, or what came out. */
export class IdempotencyStore {
  readonly #client = new DynamoDBClient();
  readonly #table: string;

  constructor(table = process.env.IDEMPOTENCY_TABLE) {
    if (!table) throw new Error('IDEMPOTENCY_TABLE is missing');
    this.#table = table;
  }

  /** Takes the lock, or says what is stored. */
  async acquire(lock: Lock, untilMs: number): Promise<{ taken: true } | { taken: false; row: StoredRow }> {
    const now = Date.now();
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: this.#row(lock, { lockedUntil: { N: String(untilMs) } }),
          ConditionExpression:
            'attribute_not_exists(id) OR #ttl <= :sec OR (attribute_exists(lockedUntil) AND lockedUntil <= :ms AND checksum = :sum)',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: {
            ':sec': { N: String(Math.floor(now / 1000)) },
            ':ms': { N: String(now) },
            ':sum': { S: lock.checksum },
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { taken: true };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return {
        taken: false,
        row: { checksum: error.Item?.checksum?.S ?? '', outcome: error.Item?.outcome?.S },
      };
    }
  }

  /** Replaces the lock by the outcome, if the lock is still ours. */
  async complete(lock: Lock, outcome: string): Promise<void> {
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: this.#row(lock, { outcome: { S: outcome } }),
        ConditionExpression: '#token = :token',
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: { ':token': { S: lock.token } },
      }),
    );
  }

  async release({ key, token }: Lock): Promise<void> {
    await this.#client.send(
      new DeleteItemCommand({
        TableName: this.#table,
        Key: { id: { S: key } },
        ConditionExpression: '#token = :token',
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: { ':token': { S: token } },
      }),
    );
  }

  #row({ key, checksum, token }: Lock, more: { lockedUntil?: { N: string }; outcome?: { S: string } }) {
    return {
      id: { S: key },
      checksum: { S: checksum },
      token: { S: token },
      ttl: { N: String(Math.floor(Date.now() / 1000) + DAY) },
      ...more,
    };
  }
}

interface StoredRow {
  checksum: string;
  outcome?: string;
}
