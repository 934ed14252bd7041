import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { InvalidOrderError, readOrder } from './order.ts';

const tableName = process.env.TABLE_NAME;
if (!tableName) throw new Error('The environment variable TABLE_NAME is not set: it names the orders table.');

// One client, and with it one pool of connections, for the life of the environment. At worst 3 attempts of 2 s,
// well within the function's 10 s: by default the SDK waits for an answer without end.
const orders = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  }),
);

/**
 * Stores the order in the body of a request. The same order again overwrites the item: a client may try again.
 * @returns 200 with the stored order, 400 when the request has to change, 500 when it is our fault
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const order = { ...readOrder(bodyOf(event)), status: 'RECEIVED' };
    // Awaited: once the answer is out, Lambda freezes the environment, and what is still under way with it.
    await orders.send(new PutCommand({ TableName: tableName, Item: order }));
    return answer(200, order);
  } catch (error) {
    // Lambda's console writes the request id on every line.
    if (error instanceof InvalidOrderError) {
      console.warn('order refused:', error.message);
      return answer(400, { error: error.message });
    }
    // The log gets the cause and its stack, the client neither.
    console.error('order not stored:', error);
    return answer(500, { error: 'Internal error' });
  }
}

/** API Gateway hands over a body that it takes for binary as base64, and no body as none. */
function bodyOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string {
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}

/** Every answer is made here, so that none forgets what it is. */
function answer(statusCode: number, body: object): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
