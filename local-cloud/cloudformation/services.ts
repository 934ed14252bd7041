import type { Call, Guarded } from '../service.ts';
import type { ApiGatewayV2Operations } from '../services/apigatewayv2/index.ts';
import type { CloudWatchOperations } from '../services/cloudwatch/index.ts';
import type { DynamoDbOperations } from '../services/dynamodb/index.ts';
import type { EventBridgeOperations } from '../services/eventbridge/index.ts';
import type { IamOperations } from '../services/iam/index.ts';
import type { LambdaOperations } from '../services/lambda/index.ts';
import type { LogsOperations } from '../services/logs/index.ts';
import type { S3Operations } from '../services/s3/index.ts';
import type { SqsOperations } from '../services/sqs/index.ts';
import type { SsmOperations } from '../services/ssm/index.ts';

/** The operations, guarded, through which resources come to be. */
export interface StackServices {
  readonly sqs: Guarded<SqsOperations>;
  readonly dynamodb: Guarded<DynamoDbOperations>;
  readonly lambda: Guarded<LambdaOperations>;
  readonly iam: Guarded<IamOperations>;
  readonly logs: Guarded<LogsOperations>;
  readonly cloudwatch: Guarded<CloudWatchOperations>;
  readonly apigatewayv2: Guarded<ApiGatewayV2Operations>;
  readonly eventbridge: Guarded<EventBridgeOperations>;
  readonly s3: Guarded<S3Operations>;
  readonly ssm: Guarded<SsmOperations>;
}

/** What a resource type is given besides the resource's properties. */
export interface ResourceContext {
  readonly services: StackServices;
  readonly logicalId: string;
  readonly region: string;
  readonly stack: { readonly id: string; readonly name: string };
  /** A new call on behalf of who deploys. */
  call(): Call;
  /** A new physical name of at most so many characters. */
  newName(longest: number): string;
}
