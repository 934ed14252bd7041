import type { Permission, Permissions } from '../../service.ts';
import type { DynamoDbOperations } from './index.ts';
import type { Tables } from './tables.ts';

/**
 * What each operation needs.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 * A request without a table name needs nothing: the operation refuses it in AWS's words.
 */
export function createPermissions(tables: Tables): Permissions<DynamoDbOperations> {
  const on = (action: string, table: string | undefined, index?: string): Permission[] => {
    if (table === undefined) return [];
    const arn = tables.arn(table);
    return [{ action: `dynamodb:${action}`, resource: index === undefined ? arn : `${arn}/index/${index}` }];
  };
  const onTable = (action: string) => (input: { TableName: string | undefined }) =>
    on(action, input.TableName);
  const onSource = (action: string) => (input: { TableName: string | undefined; IndexName?: string }) =>
    on(action, input.TableName, input.IndexName);
  const onArn = (action: string) => (input: { ResourceArn: string | undefined }) =>
    on(action, input.ResourceArn);
  const onAll = (action: string) => () => [{ action: `dynamodb:${action}`, resource: '*' }];
  const onEach = (action: string) => (input: { RequestItems: object | undefined }) =>
    Object.keys(input.RequestItems ?? {}).flatMap((table) => on(action, table));

  return {
    CreateTable: onTable('CreateTable'),
    DescribeTable: onTable('DescribeTable'),
    ListTables: onAll('ListTables'),
    UpdateTable: onTable('UpdateTable'),
    DeleteTable: onTable('DeleteTable'),
    TagResource: onArn('TagResource'),
    UntagResource: onArn('UntagResource'),
    ListTagsOfResource: onArn('ListTagsOfResource'),
    DescribeTimeToLive: onTable('DescribeTimeToLive'),
    UpdateTimeToLive: onTable('UpdateTimeToLive'),
    DescribeContinuousBackups: onTable('DescribeContinuousBackups'),
    UpdateContinuousBackups: onTable('UpdateContinuousBackups'),
    DescribeEndpoints: onAll('DescribeEndpoints'),
    DescribeLimits: onAll('DescribeLimits'),
    GetItem: onTable('GetItem'),
    PutItem: onTable('PutItem'),
    UpdateItem: onTable('UpdateItem'),
    DeleteItem: onTable('DeleteItem'),
    Query: onSource('Query'),
    Scan: onSource('Scan'),
    BatchGetItem: onEach('BatchGetItem'),
    BatchWriteItem: onEach('BatchWriteItem'),
    TransactGetItems: ({ TransactItems = [] }) =>
      distinct(TransactItems.flatMap(({ Get }) => on('GetItem', Get?.TableName))),
    TransactWriteItems: ({ TransactItems = [] }) =>
      distinct(
        TransactItems.flatMap(({ Put, Update, Delete, ConditionCheck }) => [
          ...on('PutItem', Put?.TableName),
          ...on('UpdateItem', Update?.TableName),
          ...on('DeleteItem', Delete?.TableName),
          ...on('ConditionCheckItem', ConditionCheck?.TableName),
        ]),
      ),
  };
}

function distinct(permissions: readonly Permission[]): Permission[] {
  return [
    ...new Map(
      permissions.map((permission) => [`${permission.action} ${permission.resource}`, permission]),
    ).values(),
  ];
}
