import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { createLog, type Log } from './log.ts';
import { firstProblem, type OrderRequest } from './problems.ts';

const table = process.env.TABLE_NAME;
if (table == null) throw new ReferenceError('process.env.TABLE_NAME');

/** Made by the first request and kept: also once per environment. */
let documents: DynamoDBDocumentClient | undefined;

export async function handler(event: APIGatewayProxyEventV2, context: Context) {
  const log = createLog(context.awsRequestId);
  const request = parse(event);
  const problem = firstProblem(request);
  if (problem) {
    log('WARNING', { problem });
    return { statusCode: 400, headers, body: JSON.stringify({ error: problem }) };
  }
  return store(request as OrderRequest, log);
}

const headers = { 'content-type': 'application/json' };

async function store(request: OrderRequest, log: Log) {
  documents ??= DynamoDBDocumentClient.from(new DynamoDB());
  const { orderId, ...members } = request;
  const totalCents = request.items.reduce(
    (sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents,
    0,
  );
  try {
    // Attributes of an item that is there already are overwritten, and the answer is what the table holds now.
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: table,
        Key: { orderId },
        UpdateExpression:
          'SET customerId = :customer, #items = :items, totalCents = :total, #status = :status',
        ExpressionAttributeNames: { '#items': 'items', '#status': 'status' },
        ExpressionAttributeValues: {
          ':customer': members.customerId,
          ':items': members.items,
          ':total': totalCents,
          ':status': 'RECEIVED',
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return { statusCode: 200, headers, body: JSON.stringify(Attributes) };
  } catch (error) {
    log('ERROR', { error: error instanceof Error ? error.stack : error });
    return { statusCode: 500, headers, body: '{"error":"Internal error"}' };
  }
}

function parse({ body, isBase64Encoded }: APIGatewayProxyEventV2): unknown {
  try {
    return JSON.parse(Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString('utf8'));
  } catch {
    return null;
  }
}
