import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import type { SQSHandler } from 'aws-lambda';
import * as ledger from './given/ledger.ts';
import { readOrder } from './read-order.ts';

const documents = DynamoDBDocument.from(new DynamoDB(), {
  marshallOptions: { removeUndefinedValues: true },
});

export const handler: SQSHandler = async ({ Records }) => {
  const settled = await Promise.allSettled(
    Records.map(async ({ body }) => {
      const order = readOrder(body);
      await ledger.append({ orderId: order.orderId, kind: 'processed' });
      // An update leaves attributes alone that others may have added to the item.
      await documents.update({
        TableName: process.env.TABLE_NAME,
        Key: { orderId: order.orderId },
        UpdateExpression:
          'SET customerId = :customer, #items = :items, totalCents = :total, #status = :processed',
        ExpressionAttributeNames: { '#items': 'items', '#status': 'status' },
        ExpressionAttributeValues: {
          ':customer': order.customerId,
          ':items': order.items.map(({ sku, quantity, unitPriceCents }) => ({
            sku,
            quantity,
            unitPriceCents,
          })),
          ':total': order.totalCents,
          ':processed': 'PROCESSED',
        },
      });
    }),
  );
  const failed = Records.filter((_, index) => settled[index]?.status === 'rejected');
  if (failed.length > 0)
    console.warn(
      'failed',
      settled.filter(({ status }) => status === 'rejected'),
    );
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};
