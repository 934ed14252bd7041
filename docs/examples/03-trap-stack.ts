// Wrong on purpose: tests/site/traps-03.test.ts shows what is missing.
import { Stack } from 'aws-cdk-lib';
import { CfnApi, CfnIntegration, CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

export class TrapStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const orders = new LambdaFunction(this, 'Orders', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
    });
    // region api
    const api = new CfnApi(this, 'Api', {
      name: 'orders',
      protocolType: 'HTTP',
      // Refused: a browser would not accept it either.
      corsConfiguration: { allowOrigins: ['*'], allowCredentials: true },
    });
    const integration = new CfnIntegration(this, 'Integration', {
      apiId: api.ref,
      integrationType: 'AWS_PROXY',
      integrationUri: orders.functionArn,
      // The events of REST APIs, for a handler that was written for 2.0.
      payloadFormatVersion: '1.0',
    });
    new CfnRoute(this, 'Route', {
      apiId: api.ref,
      routeKey: 'ANY /api/{proxy+}',
      target: `integrations/${integration.ref}`,
    });
    // No stage, so nothing serves it. No permission, so it could not call the function.
    // endregion
  }
}
