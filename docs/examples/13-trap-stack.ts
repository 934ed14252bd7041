// Wrong on purpose: tests/site/traps-13.test.ts shows what each of them does.
import { Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

// region installed
export const installed: BundlingOptions = {
  // Not bundled: npm installs it into the asset, as it was published.
  nodeModules: ['zod'],
};
// endregion

// region inline
export const inline: BundlingOptions = {
  minify: true,
  // The map becomes a comment of the code that it describes.
  sourceMapMode: SourceMapMode.INLINE,
};
// endregion

export class TrapStack extends Stack {
  constructor(scope: Construct, id: string, lab: string) {
    super(scope, id);
    // region folder
    // Tests, events, notes: all that lies in the folder goes to Lambda.
    new LambdaFunction(this, 'Receiver', {
      code: Code.fromAsset(lab),
      handler: 'handler.handler',
      runtime: Runtime.NODEJS_24_X,
    });
    // endregion
  }
}
