/** All clients of the shop, for every function to import. */
export * from './dynamodb.ts';
export * from './eventbridge.ts';
export * from './s3.ts';
export * from './sqs.ts';
