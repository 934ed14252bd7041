import type { ResourceType } from '../resource-type.ts';
import { apigatewayv2Api } from './apigatewayv2-api.ts';
import { apigatewayv2Deployment } from './apigatewayv2-deployment.ts';
import { apigatewayv2Integration } from './apigatewayv2-integration.ts';
import { apigatewayv2Route } from './apigatewayv2-route.ts';
import { apigatewayv2Stage } from './apigatewayv2-stage.ts';
import { cdkMetadata } from './cdk-metadata.ts';
import { cloudwatchAlarm } from './cloudwatch-alarm.ts';
import { customLogRetention } from './custom-log-retention.ts';
import { dynamodbGlobalTable } from './dynamodb-global-table.ts';
import { dynamodbTable } from './dynamodb-table.ts';
import { iamManagedPolicy } from './iam-managed-policy.ts';
import { iamPolicy } from './iam-policy.ts';
import { iamRole } from './iam-role.ts';
import { lambdaEventSourceMapping } from './lambda-event-source-mapping.ts';
import { lambdaFunction } from './lambda-function.ts';
import { lambdaPermission } from './lambda-permission.ts';
import { logsLogGroup } from './logs-log-group.ts';
import { sqsQueue } from './sqs-queue.ts';
import { sqsQueuePolicy } from './sqs-queue-policy.ts';

/** The resource types that can be deployed here, by name. */
export const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [
    apigatewayv2Api,
    apigatewayv2Deployment,
    apigatewayv2Integration,
    apigatewayv2Route,
    apigatewayv2Stage,
    cdkMetadata,
    cloudwatchAlarm,
    customLogRetention,
    dynamodbGlobalTable,
    dynamodbTable,
    iamManagedPolicy,
    iamPolicy,
    iamRole,
    lambdaEventSourceMapping,
    lambdaFunction,
    lambdaPermission,
    logsLogGroup,
    sqsQueue,
    sqsQueuePolicy,
  ].map((type) => [type.type, type]),
);
