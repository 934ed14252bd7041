import { join } from 'node:path';
import { Arn, ArnFormat, Aws, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    table.addGlobalSecondaryIndex({
      indexName: 'owner-index',
      partitionKey: { name: 'owner', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
    });
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [
        iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole'),
      ],
      inlinePolicies: {
        Orders: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'Orders',
              actions: ['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:BatchGetItem'],
              resources: [table.tableArn, `${table.tableArn}/index/*`],
            }),
          ],
        }),
      },
    });
    const fn = new NodejsFunction(this, 'Fn', {
      entry: join(import.meta.dirname, 'handler.ts'),
      handler: 'handler',
      // A name of one's own that two stacks can have side by side.
      functionName: `${this.stackName}-orders`,
      tracing: lambda.Tracing.ACTIVE,
      loggingFormat: lambda.LoggingFormat.JSON,
      reservedConcurrentExecutions: 50,
      role,
      runtime: lambda.Runtime.NODEJS_24_X,
      timeout: Duration.seconds(29),
      memorySize: 256,
      environment: { TABLE_NAME: table.tableName },
    });
    new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${fn.functionName}`,
      retention: RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const live = new lambda.Alias(this, 'Live', { aliasName: 'live', version: fn.currentVersion });
    const api = new CfnApi(this, 'Api', {
      name: 'orders',
      protocolType: 'HTTP',
      corsConfiguration: {
        allowOrigins: ['https://shop.example.com'],
        allowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
        allowHeaders: ['Content-Type', 'Authorization'],
        maxAge: 3600,
      },
    });
    const integration = new CfnIntegration(this, 'Lambda', {
      apiId: api.attrApiId,
      integrationType: 'AWS_PROXY',
      integrationMethod: 'POST',
      integrationUri: `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions/${live.functionArn}/invocations`,
      payloadFormatVersion: '2.0',
      timeoutInMillis: 29_500,
    });
    const route = new CfnRoute(this, 'Any', {
      apiId: api.attrApiId,
      routeKey: 'ANY /api/{proxy+}',
      authorizationType: 'NONE',
      target: `integrations/${integration.ref}`,
    });
    const stage = new CfnStage(this, 'DefaultStage', {
      apiId: api.attrApiId,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: { throttlingBurstLimit: 500, throttlingRateLimit: 1000 },
    });
    stage.addDependency(route);
    live.addPermission('Gateway', {
      principal: new iam.ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Arn.format(
        {
          service: 'execute-api',
          resource: api.ref,
          arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
          resourceName: '*/*/api/{proxy+}',
        },
        this,
      ),
      sourceAccount: Aws.ACCOUNT_ID,
    });
    new CfnOutput(this, 'ApiUrl', { value: api.attrApiEndpoint });
    new CfnOutput(this, 'TableName', { value: table.tableName });
  }
}
