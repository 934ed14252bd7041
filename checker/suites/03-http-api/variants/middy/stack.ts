import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpStage,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const table = new TableV2(this, 'Orders', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
      globalSecondaryIndexes: [
        {
          indexName: 'customers',
          partitionKey: { name: 'customerId', type: AttributeType.STRING },
          sortKey: { name: 'orderId', type: AttributeType.STRING },
          projectionType: ProjectionType.ALL,
        },
      ],
    });
    const fn = new NodejsFunction(this, 'Handler', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.ARM_64,
      memorySize: 1024,
      timeout: Duration.seconds(20),
      environment: { TABLE_NAME: table.tableName, POWERTOOLS_LOG_LEVEL: 'WARN' },
      bundling: { minify: true },
    });
    fn.role?.addManagedPolicy(
      new ManagedPolicy(this, 'Access', {
        statements: [
          new PolicyStatement({
            actions: ['dynamodb:UpdateItem', 'dynamodb:GetItem'],
            resources: [table.tableArn],
          }),
          new PolicyStatement({
            actions: ['dynamodb:Query'],
            resources: [`${table.tableArn}/index/customers`],
          }),
        ],
      }),
    );
    const api = new HttpApi(this, 'HttpApi', {
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: ['https://shop.example.com'],
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
        allowHeaders: ['Content-Type', 'Authorization'],
        maxAge: Duration.hours(1),
      },
    });
    const stage = new HttpStage(this, 'Stage', { httpApi: api, stageName: '$default', autoDeploy: true });
    api.addRoutes({
      path: '/api/{proxy+}',
      methods: [HttpMethod.ANY],
      integration: new HttpLambdaIntegration('I', fn, {
        payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
        scopePermissionToRoute: false,
      }),
    });
    new CfnOutput(this, 'ApiUrl', { value: stage.url.replace(/\/$/, '') });
    new CfnOutput(this, 'TableName', { value: table.tableName });
  }
}
