// Wrong on purpose: tests/site/traps-03.test.ts shows what each of them does.
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** What the examples know of a table. */
export interface Table {
  find(orderId: string): Promise<object | undefined>;
  put(order: object): Promise<void>;
}

type Answer = APIGatewayProxyStructuredResultV2;

export async function everythingIs400(event: APIGatewayProxyEventV2, table: Table): Promise<Answer> {
  // region unsupported-route
  let statusCode = 200;
  let body: unknown;
  try {
    switch (event.requestContext.http.method) {
      case 'GET':
        // Nothing there? Then the answer is 200, without a body.
        body = await table.find(event.rawPath.split('/').pop() ?? '');
        break;
      default:
        throw new Error(`Unsupported route: ${event.routeKey}`);
    }
  } catch (error) {
    // A wrong method and a broken table look alike, and both are told in full.
    statusCode = 400;
    body = String(error);
  }
  return { statusCode, body: JSON.stringify(body) };
  // endregion
}

export async function lookFirst(event: APIGatewayProxyEventV2, table: Table): Promise<Answer> {
  const order = JSON.parse(event.body ?? '{}');
  // region look-first
  if (await table.find(order.orderId)) return { statusCode: 409 };
  // Here is room for somebody else.
  await table.put(order);
  return { statusCode: 201, body: JSON.stringify(order) };
  // endregion
}

export async function decodeAgain(event: APIGatewayProxyEventV2, table: Table): Promise<Answer> {
  // region decode-again
  // "a%252Db" was sent, "a%2Db" arrives, "a-b" is looked for.
  const id = decodeURIComponent(event.pathParameters?.proxy?.replace('orders/', '') ?? '');
  return { statusCode: 200, body: JSON.stringify(await table.find(id)) };
  // endregion
}
