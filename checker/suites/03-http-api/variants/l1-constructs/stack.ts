import { join } from 'node:path';
import { CfnOutput, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnPermission, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const table = new CfnTable(this, 'Table', {
      attributeDefinitions: [
        { attributeName: 'orderId', attributeType: 'S' },
        { attributeName: 'customerId', attributeType: 'S' },
      ],
      keySchema: [{ attributeName: 'orderId', keyType: 'HASH' }],
      billingMode: 'PAY_PER_REQUEST',
      globalSecondaryIndexes: [
        {
          indexName: 'CustomerIndex',
          keySchema: [
            { attributeName: 'customerId', keyType: 'HASH' },
            { attributeName: 'orderId', keyType: 'RANGE' },
          ],
          projection: { projectionType: 'ALL' },
        },
      ],
    });
    table.applyRemovalPolicy(RemovalPolicy.DESTROY);

    const backend = new NodejsFunction(this, 'Backend', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_24_X,
      memorySize: 256,
      environment: { TABLE_NAME: table.ref },
    });
    backend.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:UpdateItem', 'dynamodb:GetItem', 'dynamodb:Query'],
        resources: [table.attrArn, `${table.attrArn}/index/*`],
      }),
    );

    const api = new CfnApi(this, 'Api', {
      name: Fn.join('-', [this.stackName, 'orders']),
      protocolType: 'HTTP',
      corsConfiguration: {
        allowOrigins: ['https://shop.example.com'],
        allowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
        allowHeaders: ['Content-Type', 'Authorization'],
        maxAge: 3600,
      },
    });
    const integration = new CfnIntegration(this, 'Integration', {
      apiId: api.ref,
      integrationType: 'AWS_PROXY',
      integrationMethod: 'POST',
      integrationUri: `arn:${this.partition}:apigateway:${this.region}:lambda:path/2015-03-31/functions/${backend.functionArn}/invocations`,
      payloadFormatVersion: '2.0',
    });
    new CfnRoute(this, 'Route', {
      apiId: api.ref,
      routeKey: 'ANY /api/{proxy+}',
      target: `integrations/${integration.ref}`,
    });
    new CfnStage(this, 'Stage', { apiId: api.ref, stageName: '$default', autoDeploy: true });
    new CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: backend.functionName,
      principal: 'apigateway.amazonaws.com',
      sourceArn: `arn:${this.partition}:execute-api:${this.region}:${this.account}:${api.attrApiId}/*/*`,
    });

    new CfnOutput(this, 'ApiUrl', { value: api.attrApiEndpoint });
    new CfnOutput(this, 'TableName', { value: table.ref });
  }
}
