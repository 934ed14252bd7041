import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { CorsHttpMethod, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';

const { GET, POST, PUT, DELETE } = CorsHttpMethod;

export class OrdersApi extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, table: Table) {
    super(scope, id);
    const backend = new NodejsFunction(this, 'Function', {
      entry: join(import.meta.dirname, '..', 'handler.ts'),
      runtime: Runtime.NODEJS_24_X,
      memorySize: 512,
      timeout: Duration.seconds(10),
      environment: { TABLE_NAME: table.tableName },
      bundling: { format: OutputFormat.ESM },
    });
    table.grantReadWriteData(backend);
    const api = new HttpApi(this, 'Api', {
      corsPreflight: {
        allowOrigins: ['https://shop.example.com'],
        allowMethods: [GET, POST, PUT, DELETE],
        allowHeaders: ['content-type', 'authorization'],
        maxAge: Duration.hours(1),
      },
    });
    api.addRoutes({
      path: '/api/{proxy+}',
      methods: [HttpMethod.ANY],
      integration: new HttpLambdaIntegration('Backend', backend),
    });
    this.url = api.apiEndpoint;
  }
}
