import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Context, LambdaFunctionURLEvent } from 'aws-lambda';
import { first } from './src/fields.ts';
import { draft } from './src/order.ts';

const request = new AsyncLocalStorage<string>();
const { TABLE_NAME } = process.env;
if (TABLE_NAME === undefined || TABLE_NAME.trim() === '')
  throw new TypeError('configuration: TABLE_NAME is empty');
const db = DynamoDBDocumentClient.from(new DynamoDB());

const json = { 'content-type': 'application/json' };

export const handler = (event: LambdaFunctionURLEvent, context: Context): Promise<object> =>
  request.run(context.awsRequestId, () =>
    accept(event).catch((error: unknown) => {
      line('ERROR', `not stored ${inspect(error)}`);
      return { statusCode: 500, headers: json, body: JSON.stringify({ error: 'Internal error' }) };
    }),
  );

async function accept({ body, isBase64Encoded }: LambdaFunctionURLEvent): Promise<object> {
  line('INFO', 'request');
  const refuse = (error: string) => {
    line('WARN', error);
    return { statusCode: 400, headers: json, body: JSON.stringify({ error }) };
  };
  if (!body) return refuse('the request has no body');
  let value: unknown;
  try {
    value = JSON.parse(isBase64Encoded ? atobUtf8(body) : body);
  } catch {
    return refuse('the body is not JSON');
  }
  const result = first(draft, value);
  if ('refused' in result) return refuse(`${result.refused.path} ${result.refused.rule}`);
  const Item = {
    ...result.ok,
    totalCents: result.ok.items.reduce((s, i) => s + i.quantity * i.unitPriceCents, 0),
    status: 'RECEIVED' as const,
    version: 1,
  };
  await db.send(new TransactWriteCommand({ TransactItems: [{ Put: { TableName: TABLE_NAME, Item } }] }));
  line('INFO', 'stored');
  const { version, ...stored } = Item;
  return { statusCode: 200, headers: json, body: JSON.stringify(stored), cookies: [] };
}

const atobUtf8 = (s: string) => new TextDecoder().decode(Uint8Array.from(atob(s), (c) => c.charCodeAt(0)));
const line = (level: 'INFO' | 'WARN' | 'ERROR', message: string) => {
  const print = level === 'INFO' ? console.info : level === 'WARN' ? console.warn : console.error;
  print(`[${request.getStore()}] ${message}`);
};
