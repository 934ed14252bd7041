// Wrong on purpose: tests/site/traps-13.test.ts weighs each of them.

// region barrel
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

// Each `new` may have an effect, so it stays, and its package with it.
export const dynamodb = new DynamoDBClient();
export const events = new EventBridgeClient();
export const s3 = new S3Client();
export const sqs = new SQSClient();
// endregion
