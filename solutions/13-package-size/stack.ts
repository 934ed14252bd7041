import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const table = new Table(this, 'Orders', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const receiver = new NodejsFunction(this, 'Receiver', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_24_X,
      // CPU comes with memory, and the init is CPU: parsing and running the bundle.
      memorySize: 512,
      // Three attempts of 2 s at the table and the pauses between them.
      timeout: Duration.seconds(10),
      // Node.js reads the map beside the bundle, and names lines of the TypeScript files in stack traces.
      environment: { TABLE_NAME: table.tableName, NODE_OPTIONS: '--enable-source-maps' },
      bundling: {
        // The SDK that was tested is the one that runs; the runtime's changes when AWS says so.
        externalModules: [],
        // ES modules say what they export, and esbuild leaves out what nobody imports. Its default for Node.js reads
        // each package's CommonJS files first: 205 KB more for this handler.
        mainFields: ['module', 'main'],
        format: OutputFormat.ESM,
        minify: true,
        // index.mjs.map, beside the code.
        sourceMap: true,
        // The map names lines; the sources themselves are in the repository.
        sourcesContent: false,
      },
      logGroup: new LogGroup(this, 'ReceiverLogs', {
        retention: RetentionDays.TWO_WEEKS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    table.grant(receiver, 'dynamodb:PutItem');

    new CfnOutput(this, 'FunctionName', { value: receiver.functionName });
  }
}
