import type { ResourceType } from '../resource-type.ts';
import { apigatewayv2Api } from './apigatewayv2-api.ts';
import { apigatewayv2Deployment } from './apigatewayv2-deployment.ts';
import { apigatewayv2Integration } from './apigatewayv2-integration.ts';
import { apigatewayv2Route } from './apigatewayv2-route.ts';
import { apigatewayv2Stage } from './apigatewayv2-stage.ts';
import { cdkMetadata } from './cdk-metadata.ts';
import { cloudwatchAlarm } from './cloudwatch-alarm.ts';
import { customLogRetention } from './custom-log-retention.ts';
import { customS3AutoDeleteObjects } from './custom-s3-auto-delete-objects.ts';
import { customS3BucketNotifications } from './custom-s3-bucket-notifications.ts';
import { dynamodbGlobalTable } from './dynamodb-global-table.ts';
import { dynamodbTable } from './dynamodb-table.ts';
import { eventsEventBus } from './events-event-bus.ts';
import { eventsEventBusPolicy } from './events-event-bus-policy.ts';
import { eventsRule } from './events-rule.ts';
import { iamManagedPolicy } from './iam-managed-policy.ts';
import { iamPolicy } from './iam-policy.ts';
import { iamRole } from './iam-role.ts';
import { lambdaAlias } from './lambda-alias.ts';
import { lambdaEventInvokeConfig } from './lambda-event-invoke-config.ts';
import { lambdaEventSourceMapping } from './lambda-event-source-mapping.ts';
import { lambdaFunction } from './lambda-function.ts';
import { lambdaPermission } from './lambda-permission.ts';
import { lambdaVersion } from './lambda-version.ts';
import { logsLogGroup } from './logs-log-group.ts';
import { logsMetricFilter } from './logs-metric-filter.ts';
import { s3Bucket } from './s3-bucket.ts';
import { s3BucketPolicy } from './s3-bucket-policy.ts';
import { sqsQueue } from './sqs-queue.ts';
import { sqsQueueInlinePolicy } from './sqs-queue-inline-policy.ts';
import { sqsQueuePolicy } from './sqs-queue-policy.ts';
import { ssmParameter } from './ssm-parameter.ts';

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
    customS3AutoDeleteObjects,
    customS3BucketNotifications,
    dynamodbGlobalTable,
    dynamodbTable,
    eventsEventBus,
    eventsEventBusPolicy,
    eventsRule,
    iamManagedPolicy,
    iamPolicy,
    iamRole,
    lambdaAlias,
    lambdaEventInvokeConfig,
    lambdaEventSourceMapping,
    lambdaFunction,
    lambdaPermission,
    lambdaVersion,
    logsLogGroup,
    logsMetricFilter,
    s3Bucket,
    s3BucketPolicy,
    sqsQueue,
    sqsQueueInlinePolicy,
    sqsQueuePolicy,
    ssmParameter,
  ].map((type) => [type.type, type]),
);
