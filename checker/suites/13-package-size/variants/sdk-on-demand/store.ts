import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient());
export const put = (TableName: string, Item: object) =>
  documents.send(new PutCommand({ TableName, Item: { ...Item } }));
