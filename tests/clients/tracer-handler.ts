import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';

const tracer = new Tracer({ serviceName: 'orders' });
const dynamodb = tracer.captureAWSv3Client(new DynamoDBClient({}));

/** Writes one item, in a subsegment of its own, and fails after it when it is told to. */
export const handler = middy(async ({ orderId, fails }: { orderId: string; fails?: boolean }) => {
  const parent = tracer.getSegment();
  const subsegment = parent?.addNewSubsegment('store-order');
  if (subsegment) tracer.setSegment(subsegment);
  tracer.putAnnotation('orderId', orderId);
  await dynamodb.send(
    new PutItemCommand({ TableName: process.env.TABLE_NAME, Item: { id: { S: orderId } } }),
  );
  subsegment?.close();
  if (parent) tracer.setSegment(parent);
  if (fails) throw new Error('after the write');
  return { orderId };
}).use(captureLambdaHandler(tracer));
