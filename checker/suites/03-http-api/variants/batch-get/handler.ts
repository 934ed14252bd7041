import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyHandlerV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

interface Line {
  sku: string;
  quantity: number;
  unitPriceCents: number;
}
interface Order {
  orderId: string;
  customerId: string;
  items: Line[];
  totalCents: number;
  status: string;
}
type Request = Parameters<APIGatewayProxyHandlerV2>[0];
type Route = {
  path: RegExp;
  methods: Record<
    string,
    (request: Request, ...found: string[]) => Promise<APIGatewayProxyStructuredResultV2>
  >;
};

class Orders {
  readonly #db = DynamoDBDocument.from(new DynamoDBClient({ retryMode: 'adaptive' }));
  readonly #table: string;
  constructor(table: string) {
    this.#table = table;
  }
  async add(order: Order): Promise<boolean> {
    try {
      await this.#db.transactWrite({
        TransactItems: [
          {
            Put: {
              TableName: this.#table,
              Item: { ...order, owner: order.customerId },
              ConditionExpression: 'attribute_not_exists(orderId)',
            },
          },
        ],
      });
      return true;
    } catch (error) {
      if (
        error instanceof TransactionCanceledException &&
        error.CancellationReasons?.some(
          (r) => r.Code === 'ConditionalCheckFailed' || r.Code === 'TransactionConflict',
        )
      )
        return false;
      throw error;
    }
  }
  async find(orderId: string): Promise<Order | undefined> {
    // A batch of one.
    const { Responses } = await this.#db.batchGet({
      RequestItems: { [this.#table]: { Keys: [{ orderId }], ConsistentRead: true } },
    });
    return Responses?.[this.#table]?.[0] as Order | undefined;
  }
  async of(owner: string, limit: number): Promise<Order[]> {
    const found: Order[] = [];
    const pages = paginateQuery(
      { client: this.#db, pageSize: limit },
      {
        TableName: this.#table,
        IndexName: 'owner-index',
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': owner },
        ScanIndexForward: true,
      },
    );
    for await (const { Items = [] } of pages) {
      found.push(...Items.map(({ owner: _, ...order }) => order as unknown as Order));
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  }
}

const orders = new Orders(process.env.TABLE_NAME ?? '');

const routes: Route[] = [
  { path: /^\/api\/orders$/, methods: { GET: list, POST: create } },
  { path: /^\/api\/orders\/([A-Za-z0-9_-]{1,64})$/, methods: { GET: show } },
];

export const handler: APIGatewayProxyHandlerV2 = async (request) => {
  try {
    for (const { path, methods } of routes) {
      const found = path.exec(request.rawPath);
      if (!found) continue;
      const method = methods[request.requestContext.http.method];
      if (!method)
        return {
          ...failure(405, 'wrong method'),
          headers: { 'content-type': 'application/json', allow: Object.keys(methods).join(',') },
        };
      return await method(request, ...found.slice(1));
    }
    return failure(404, 'nothing here');
  } catch (error) {
    console.error('request failed', error);
    return failure(500, 'Internal error');
  }
};

async function create(request: Request): Promise<APIGatewayProxyStructuredResultV2> {
  const order = toOrder(request);
  if (!order) return failure(400, 'not a valid order');
  if (!(await orders.add(order))) return failure(409, 'duplicate');
  return {
    ...success(201, order),
    headers: {
      'content-type': 'application/json',
      Location: `/api/orders/${encodeURIComponent(order.orderId)}`,
      'set-cookie': `customer=${Buffer.from(order.customerId).toString('base64url')}; HttpOnly`,
    },
  };
}

async function show(_: Request, id = ''): Promise<APIGatewayProxyStructuredResultV2> {
  const order = await orders.find(id);
  return order ? success(200, order) : failure(404, `no order ${id}`);
}

async function list(request: Request): Promise<APIGatewayProxyStructuredResultV2> {
  const params = new URLSearchParams(request.rawQueryString);
  const cookie = (request.cookies ?? [])
    .map((c) => /^customer=(.*)$/.exec(c)?.[1])
    .find((c) => c !== undefined);
  const customer = params.get('customerId') ?? (cookie ? Buffer.from(cookie, 'base64url').toString() : null);
  const limit = params.has('limit') ? (params.get('limit') ?? '') : '50';
  if (!customer?.trim() || !/^\d+$/.test(limit) || Number(limit) < 1 || Number(limit) > 100)
    return failure(400, 'customerId or limit');
  return success(200, { orders: await orders.of(customer, Number(limit)) });
}

function toOrder({ body, isBase64Encoded }: Request): Order | undefined {
  try {
    const raw = JSON.parse(
      isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? ''),
    );
    const ok = (test: unknown) => {
      if (!test) throw new Error();
    };
    const int = (n: unknown, a: number, b: number) =>
      ok(typeof n === 'number' && Number.isSafeInteger(n) && n >= a && n <= b);
    ok(raw !== null && typeof raw === 'object');
    ok(typeof raw.orderId === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(raw.orderId));
    ok(typeof raw.customerId === 'string' && raw.customerId.length <= 64 && raw.customerId.trim().length > 0);
    ok(Array.isArray(raw.items) && raw.items.length > 0 && raw.items.length <= 100);
    let totalCents = 0;
    const items: Line[] = [];
    for (const { sku, quantity, unitPriceCents } of raw.items) {
      ok(typeof sku === 'string' && sku.length > 0 && sku.length <= 64);
      int(quantity, 1, 1000);
      int(unitPriceCents, 0, 1e7);
      totalCents += quantity * unitPriceCents;
      items.push({ sku, quantity, unitPriceCents });
    }
    return { orderId: raw.orderId, customerId: raw.customerId, items, totalCents, status: 'accepted' };
  } catch {
    return undefined;
  }
}

/** Every answer is base64: the gateway decodes it. */
function success(statusCode: number, value: unknown): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(value)).toString('base64'),
    isBase64Encoded: true,
  };
}
function failure(statusCode: number, error: string): APIGatewayProxyStructuredResultV2 {
  return success(statusCode, { error });
}
