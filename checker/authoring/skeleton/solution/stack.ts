import { join } from 'node:path';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const pricer = new NodejsFunction(this, 'Pricer', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_24_X,
      // A cold start and one order take well under a second; the default of 3 s leaves little room for both.
      timeout: Duration.seconds(10),
      bundling: { format: OutputFormat.ESM },
    });

    new CfnOutput(this, 'FunctionName', { value: pricer.functionName });
  }
}
