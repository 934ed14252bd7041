import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CorsHttpMethod, HttpApi, HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const orders = new TableV2(this, 'Table', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
      globalSecondaryIndexes: [
        {
          indexName: 'customers',
          partitionKey: { name: 'customerId', type: AttributeType.STRING },
          sortKey: { name: 'orderId', type: AttributeType.STRING },
        },
      ],
    });
    const backend = new NodejsFunction(this, 'Function', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(15),
      memorySize: 1024,
      environment: { TABLE_NAME: orders.tableName },
    });
    orders.grantReadWriteData(backend);
    const httpApi = new HttpApi(this, 'HttpApi', {
      apiName: 'orders',
      corsPreflight: {
        allowHeaders: ['authorization', 'content-type'],
        allowMethods: [CorsHttpMethod.DELETE, CorsHttpMethod.PUT, CorsHttpMethod.POST, CorsHttpMethod.GET],
        allowOrigins: ['https://shop.example.com'],
        allowCredentials: false,
        maxAge: Duration.seconds(3600),
      },
    });
    new HttpRoute(this, 'Everything', {
      httpApi,
      routeKey: HttpRouteKey.with('/api/{proxy+}', HttpMethod.ANY),
      integration: new HttpLambdaIntegration('Backend', backend, { scopePermissionToRoute: false }),
    });
    new CfnOutput(this, 'ApiUrl', {
      value: `https://${httpApi.apiId}.execute-api.${this.region}.${this.urlSuffix}`,
    });
    new CfnOutput(this, 'TableName', { value: orders.tableName });
  }
}
