import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

interface Order {
  orderId: string;
  customerId: string;
  items: { sku: string; quantity: number; unitPriceCents: number }[];
  totalCents: number;
}

const order = { status: 'RECEIVED' } as Order & { status: string };

// TODO 1: Keep what every request can share, and nothing that belongs to one request. Fail early without a table.
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const orders = DynamoDBDocumentClient.from(new DynamoDBClient());
  try {
    // TODO 2: Read the body in every form that HTTP can give it.
    // TODO 3: Refuse what is not a valid order, and name the field. Work out the total yourself.
    Object.assign(order, JSON.parse(event.body ?? '{}'));
    if (!order.orderId || !order.items) {
      return { statusCode: 400, body: JSON.stringify({ error: 'orderId and items are required' }) };
    }
    // TODO 4: Answer only when the order is stored.
    const put = new PutCommand({ TableName: process.env.TABLE_NAME, Item: order });
    orders.send(put).catch((error) => log(`not stored: ${error}`));
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    };
  } catch (error) {
    // TODO 5: Tell a wrong request from a broken server, in the answer and in the log.
    log(`Error: ${error}`);
    return { statusCode: 500, body: JSON.stringify({ error: String(error) }) };
  }
}

function log(message: string): void {
  process.stdout.write(`${JSON.stringify({ level: 'INFO', message })}\n`);
}
