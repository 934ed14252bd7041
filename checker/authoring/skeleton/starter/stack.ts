import { join } from 'node:path';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

export class LabStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    // TODO 2: Give the function at least 10 s: the default is 3.
    const pricer = new NodejsFunction(this, 'Pricer', {
      entry: join(import.meta.dirname, 'handler.ts'),
      runtime: Runtime.NODEJS_24_X,
      bundling: { format: OutputFormat.ESM },
    });

    new CfnOutput(this, 'FunctionName', { value: pricer.functionName });
  }
}
