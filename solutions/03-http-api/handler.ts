import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { InvalidRequestError, isOrderId, readCustomerId, readLimit, readOrder } from './order.ts';

type Answer = APIGatewayProxyStructuredResultV2;

const tableName = process.env.TABLE_NAME;
if (!tableName) throw new Error('The environment variable TABLE_NAME is not set: it names the orders table.');

// One client for the life of the environment. At worst 3 attempts of 2 s, well within the function's 10 s, and that
// within the 30 s of the API: by default the SDK waits for an answer without end.
const orders = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  }),
);

/**
 * Serves `/api/orders`: one function behind one route, which finds its way by path and method.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export async function handler(event: APIGatewayProxyEventV2): Promise<Answer> {
  try {
    return await route(event);
  } catch (error) {
    if (error instanceof InvalidRequestError) return problem(400, error.message);
    // The log gets the cause, the client does not.
    console.error('request failed:', error);
    return problem(500, 'Internal error');
  }
}

/** First the path, then the method: what does not exist is 404, what exists and cannot do that is 405. */
async function route(event: APIGatewayProxyEventV2): Promise<Answer> {
  const { method } = event.requestContext.http;
  // API Gateway has decoded the path. To decode it again would make other ids of some, and fail for "100%".
  if (event.rawPath === '/api/orders') {
    if (method === 'POST') return createOrder(event);
    if (method === 'GET') return listOrders(event);
    return notAllowed('GET, POST');
  }
  const id = /^\/api\/orders\/([^/]+)$/.exec(event.rawPath)?.[1];
  if (id === undefined) return problem(404, 'there is nothing at this path');
  if (method === 'GET') return getOrder(id);
  return notAllowed('GET');
}

async function createOrder(event: APIGatewayProxyEventV2): Promise<Answer> {
  const order = { ...readOrder(bodyOf(event)), status: 'RECEIVED' };
  try {
    await orders.send(
      new PutCommand({
        TableName: tableName,
        Item: order,
        // The table decides, in one step: of two requests at the same time, one wins.
        ConditionExpression: 'attribute_not_exists(orderId)',
      }),
    );
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return problem(409, `the order ${order.orderId} exists already`);
    }
    throw error;
  }
  return {
    ...json(201, order),
    headers: { ...jsonHeaders, location: `/api/orders/${order.orderId}` },
    // A cookie's value has no spaces, commas, semicolons or letters beyond ASCII.
    cookies: [`customer=${encodeURIComponent(order.customerId)}; Path=/api; HttpOnly; Secure; SameSite=Lax`],
  };
}

async function getOrder(orderId: string): Promise<Answer> {
  const { Item } = isOrderId(orderId)
    ? await orders.send(
        // Consistent: a client that has just got its 201 finds its order.
        new GetCommand({ TableName: tableName, Key: { orderId }, ConsistentRead: true }),
      )
    : {};
  return Item ? json(200, Item) : problem(404, 'there is no such order');
}

/** The orders of a customer: the one in the query, else the one in the cookie. An index follows its table shortly. */
async function listOrders({
  queryStringParameters = {},
  cookies = [],
}: APIGatewayProxyEventV2): Promise<Answer> {
  const { customerId = customerIn(cookies), limit = '50' } = queryStringParameters;
  const wanted = readLimit(limit);
  const pages = paginateQuery(
    { client: orders, pageSize: wanted },
    {
      TableName: tableName,
      IndexName: 'byCustomer',
      KeyConditionExpression: 'customerId = :customerId',
      ExpressionAttributeValues: { ':customerId': readCustomerId(customerId) },
    },
  );
  const found: Record<string, unknown>[] = [];
  // A page ends after 1 MB, however many items were asked for.
  for await (const { Items = [] } of pages) {
    found.push(...Items);
    if (found.length >= wanted) break;
  }
  return json(200, { orders: found.slice(0, wanted) });
}

/** Payload 2.0 hands over cookies as a list, `name=value` each, and not among the headers. */
function customerIn(cookies: string[]): string | undefined {
  const value = cookies.find((cookie) => cookie.startsWith('customer='))?.slice('customer='.length);
  try {
    return value && decodeURIComponent(value);
  } catch {
    throw new InvalidRequestError('the cookie customer is not one of ours');
  }
}

/** API Gateway hands over a body that it does not take for text as base64, and no body as none. */
function bodyOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string {
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}

const jsonHeaders = { 'content-type': 'application/json' };

function json(statusCode: number, body: object): Answer {
  return { statusCode, headers: jsonHeaders, body: JSON.stringify(body) };
}

function problem(statusCode: number, error: string): Answer {
  return json(statusCode, { error });
}

/** @param allow the methods that the path has; a 405 has to list them */
function notAllowed(allow: string): Answer {
  return { ...problem(405, `this path takes ${allow}`), headers: { ...jsonHeaders, allow } };
}
