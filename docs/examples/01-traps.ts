// Wrong on purpose: tests/site/traps-01.test.ts shows what each of them does.
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

export type Store = (order: object) => Promise<unknown>;
type Answer = APIGatewayProxyStructuredResultV2;

// region state
const order: Record<string, unknown> = {};

export async function keepState(event: APIGatewayProxyEventV2, store: Store): Promise<Answer> {
  // What this request leaves out is still there from the last one.
  Object.assign(order, JSON.parse(event.body ?? '{}'));
  await store(order);
  return { statusCode: 200, body: JSON.stringify(order) };
}
// endregion

export async function forget(event: APIGatewayProxyEventV2, store: Store): Promise<Answer> {
  const order: object = JSON.parse(event.body ?? '{}');
  // region forget
  // Nobody waits: the environment freezes with the write under way.
  store(order).catch(console.error);
  return { statusCode: 200, body: JSON.stringify(order) };
  // endregion
}

export async function tellAll(event: APIGatewayProxyEventV2, store: Store): Promise<Answer> {
  // region tell-all
  try {
    const order: object = JSON.parse(event.body ?? '{}');
    await store(order);
    return { statusCode: 200, body: JSON.stringify(order) };
  } catch (error) {
    // The client's typing mistake and the broken table look alike,
    // and both are told in full.
    return { statusCode: 500, body: JSON.stringify({ error: String(error) }) };
  }
  // endregion
}

export async function byType(event: APIGatewayProxyEventV2, store: Store): Promise<Answer> {
  // region by-type
  try {
    const order = JSON.parse(event.body ?? '{}') as object;
    const result = await store(order);
    const headers = { 'content-type': 'application/json' };
    return { statusCode: 200, headers, body: JSON.stringify(result) };
  } catch (error) {
    // A type that libraries throw, too: their text goes out as the client's fault.
    const statusCode = error instanceof SyntaxError ? 400 : 500;
    const text = statusCode === 400 ? String(error) : 'Internal error';
    return { statusCode, body: JSON.stringify({ error: text }) };
  }
  // endregion
}
