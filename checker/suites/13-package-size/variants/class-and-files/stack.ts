import { join } from 'node:path';
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';

class Receiver extends Construct {
  readonly functionName: string;

  constructor(scope: Construct, id: string, table: Table) {
    super(scope, id);
    const receiver = new NodejsFunction(this, 'Function', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_24_X,
      memorySize: 1024,
      environment: { TABLE_NAME: table.tableName },
      // CommonJS comes out, ES modules go in: it is the packages' own form that decides what can be left out.
      bundling: {
        bundleAwsSDK: true,
        minify: true,
        keepNames: true,
        sourceMapMode: SourceMapMode.EXTERNAL,
        esbuildArgs: { '--main-fields': 'module,main', '--tree-shaking': 'true' },
      },
    });
    table.grantWriteData(receiver);
    this.functionName = receiver.functionName;
  }
}

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const table = new Table(this, 'Orders', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnOutput(this, 'FunctionName', { value: new Receiver(this, 'Receiver', table).functionName });
  }
}
