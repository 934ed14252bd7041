import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';

interface Row {
  id: string;
  hash: string;
  state: 'open' | 'done';
  openUntil?: string;
  value?: unknown;
  until: number;
}

const client = DynamoDBDocumentClient.from(new DynamoDBClient());
const TableName = process.env.IDEMPOTENCY_TABLE;
const seconds = () => Math.trunc(Date.now() / 1000);

/** Compare and swap: reads first, then writes only if nobody has written since. */
export function effectivelyOnce<I, O>(task: {
  key: (input: I) => string;
  work: (input: I, key: string) => Promise<O>;
}) {
  return async (input: I, deadline: number): Promise<O> => {
    const id = task.key(input);
    const hash = createHash('sha1').update(stable(input)).digest('hex');
    const found = await read(id);
    if (found && found.until > seconds()) {
      if (found.hash !== hash) throw conflict(id);
      if (found.state === 'done') return found.value as O;
      if (new Date(found.openUntil ?? 0).getTime() >= Date.now()) throw new Error(`${id} is in work`);
    }
    const open: Row = {
      id,
      hash,
      state: 'open',
      openUntil: new Date(deadline).toISOString(),
      until: seconds() + 86_400,
    };
    // Nobody may have changed what we read.
    await swap(open, found);
    let value: O;
    try {
      value = await task.work(input, id);
    } catch (error) {
      await client.send(
        new DeleteCommand({
          TableName,
          Key: { id },
          ConditionExpression: 'openUntil = :u',
          ExpressionAttributeValues: { ':u': open.openUntil },
        }),
      );
      throw error;
    }
    await client.send(
      new PutCommand({
        TableName,
        Item: { id, hash, state: 'done', value, until: seconds() + 86_400 } satisfies Row,
      }),
    );
    return value;
  };
}

async function read(id: string): Promise<Row | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
  return Item as Row | undefined;
}

async function swap(row: Row, old: Row | undefined): Promise<void> {
  const put = old
    ? {
        ConditionExpression: '#s = :s AND #u = :u',
        ExpressionAttributeNames: { '#s': 'state', '#u': 'until' },
        ExpressionAttributeValues: { ':s': old.state, ':u': old.until },
      }
    : { ConditionExpression: 'attribute_not_exists(id)' };
  try {
    await client.send(new PutCommand({ TableName, Item: row, ...put }));
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException)
      throw new Error(`somebody was faster with ${row.id}`);
    throw error;
  }
}

function conflict(id: string): Error {
  const error = new Error(`${id} came with another payload`);
  error.name = 'IdempotencyConflict';
  return error;
}

function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${k}:${stable(v)}`)}}`;
}
