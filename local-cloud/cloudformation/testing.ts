import type {
  CreateEventSourceMappingRequest,
  CreateFunctionRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { bootstrap } from '../bootstrap.ts';
import { AwsError } from '../errors.ts';
import { createFaults } from '../faults.ts';
import { guard } from '../guard.ts';
import { createAccess } from '../iam/evaluate.ts';
import { arnOf, type Cloud } from '../service.ts';
import { createApiGatewayV2 } from '../services/apigatewayv2/index.ts';
import { createCloudWatch } from '../services/cloudwatch/index.ts';
import { createDynamoDb } from '../services/dynamodb/index.ts';
import { createEventBridge } from '../services/eventbridge/index.ts';
import { createIam } from '../services/iam/index.ts';
import { createLogs } from '../services/logs/index.ts';
import { createS3 } from '../services/s3/index.ts';
import { createSqs } from '../services/sqs/index.ts';
import { createSsm } from '../services/ssm/index.ts';
import { testCall, testCloud } from '../testing.ts';
import { createCloudFormation } from './index.ts';
import type { StackServices } from './services.ts';

/** CloudFormation with the real services, except for Lambda, which only keeps what it is told. */
export function testStacks() {
  const cloud = testCloud({ endpoint: () => 'http://127.0.0.1:4566' });
  const faults = createFaults(cloud.clock);
  const iam = createIam(cloud);
  const options = { cloud, faults, access: createAccess(cloud, iam), enforceIam: true };
  const lambda = keepingLambda(cloud);
  const lambdaOperations = lambda.operations as unknown as StackServices['lambda'];
  const sqs = guard(createSqs(cloud), options);
  const ssm = createSsm(cloud);
  const s3 = createS3(cloud, {
    sqs,
    lambda: lambdaOperations,
    publish: () => {},
    refusal: () => undefined,
  });
  bootstrap(cloud, { iam, ssm, s3 });
  const services: StackServices = {
    sqs,
    ssm: guard(ssm, options),
    dynamodb: guard(createDynamoDb(cloud), options),
    logs: guard(createLogs(cloud), options),
    cloudwatch: guard(createCloudWatch(cloud, { invokeAsync: async () => {}, publish: () => {} }), options),
    iam: guard(iam, options),
    lambda: lambdaOperations,
    apigatewayv2: guard(createApiGatewayV2(cloud, { lambda: lambdaOperations }), options),
    // No stack test sends an event to a function.
    eventbridge: guard(createEventBridge(cloud, { sqs, invokeAsync: async () => {} }), options),
    s3: guard(s3, options),
  };
  const cloudFormation = createCloudFormation(
    cloud,
    services,
    (roleArn) => iam.trustPolicyOf(roleArn) !== undefined,
  );
  const wire = guard(cloudFormation, options);
  return {
    cloud,
    faults,
    iam,
    services,
    functions: lambda.functions,
    mappings: lambda.mappings,
    wire,
    call: () => testCall(cloud),
    deploy: (Resources: object, others: object = {}, parameters: Record<string, string> = {}) =>
      cloudFormation.deployTemplate({ stackName: 'Lab', template: { Resources, ...others }, parameters }),
    cloudFormation,
    /** Names of the queues that exist. */
    async queues(): Promise<string[]> {
      const { QueueUrls = [] } = await services.sqs.ListQueues({}, testCall(cloud));
      return QueueUrls.map((url) => url.slice(url.lastIndexOf('/') + 1));
    },
    /** `<logical id> <status>` of all events of the stack, oldest first. */
    async events(stackName = 'Lab'): Promise<string[]> {
      const { StackEvents = [] } = await wire.DescribeStackEvents({ StackName: stackName }, testCall(cloud));
      return StackEvents.toReversed().map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}`);
    },
    [Symbol.dispose]: () => cloud[Symbol.dispose](),
  };
}

function keepingLambda(cloud: Cloud) {
  const functions = new Map<string, CreateFunctionRequest>();
  const mappings = new Map<string, CreateEventSourceMappingRequest>();
  return {
    functions,
    mappings,
    operations: {
      async CreateFunction(input: CreateFunctionRequest) {
        functions.set(input.FunctionName ?? '', input);
        const arn = arnOf(cloud, 'lambda', `function:${input.FunctionName}`);
        return { FunctionName: input.FunctionName, FunctionArn: arn };
      },
      async UpdateFunctionConfiguration(input: UpdateFunctionConfigurationRequest) {
        functions.set(input.FunctionName ?? '', {
          ...functions.get(input.FunctionName ?? ''),
          ...input,
        } as CreateFunctionRequest);
        return {};
      },
      async PutFunctionConcurrency(input: { ReservedConcurrentExecutions: number }) {
        if (input.ReservedConcurrentExecutions <= 900) return {};
        throw new AwsError(
          'InvalidParameterValueException',
          'Specified ReservedConcurrentExecutions decreases too much.',
        );
      },
      async DeleteFunction({ FunctionName }: { FunctionName: string }) {
        functions.delete(FunctionName);
      },
      async CreateEventSourceMapping(input: CreateEventSourceMappingRequest) {
        const UUID = cloud.uuid();
        mappings.set(UUID, input);
        return { UUID, EventSourceMappingArn: arnOf(cloud, 'lambda', `event-source-mapping:${UUID}`) };
      },
      async DeleteEventSourceMapping({ UUID }: { UUID: string }) {
        mappings.delete(UUID);
      },
    },
  };
}
