import { rmSync } from 'node:fs';
import { createAssets } from './assets.ts';
import { type CloudOptions, createCloud } from './cloud.ts';
import { createCloudFormation, type Deployment, type DeployRequest } from './cloudformation/index.ts';
import { createControl } from './control.ts';
import { createFaults } from './faults.ts';
import { guard, refusalOf } from './guard.ts';
import {
  accountPrincipal,
  createCredentialStore,
  rolePrincipal,
  servicePrincipal,
} from './iam/credentials.ts';
import { createAccess, mayAssume } from './iam/evaluate.ts';
import { type Listener, listenOnLoopback } from './listen.ts';
import { createAccountServer } from './server.ts';
import type { Call, Guarded, Service } from './service.ts';
import { createApiGatewayV2 } from './services/apigatewayv2/index.ts';
import { createCloudWatch } from './services/cloudwatch/index.ts';
import { createDynamoDb } from './services/dynamodb/index.ts';
import { createEventBridge } from './services/eventbridge/index.ts';
import { createIam } from './services/iam/index.ts';
import { createLambda } from './services/lambda/index.ts';
import type { Spares } from './services/lambda/spares.ts';
import { createLogs } from './services/logs/index.ts';
import { createS3, type S3Operations } from './services/s3/index.ts';
import { createSqs } from './services/sqs/index.ts';
import { createSts } from './services/sts/index.ts';

export interface AccountOptions extends Omit<CloudOptions, 'endpoint'> {
  /** `false` allows every call, whatever the policies say. */
  enforceIam?: boolean;
  /** Opens the control endpoint (clock, faults, journal) to who has this token. */
  controlToken?: string;
  /** Node.js processes that have started already, for Lambda's environments; whoever gives them closes them. */
  spares?: Spares;
}

/**
 * Makes an AWS account in this process: its services, wired together, empty. State lives in memory; temporary
 * files lie in one folder that `close` removes.
 */
export function createAccount({ enforceIam = true, controlToken, spares, ...options }: AccountOptions = {}) {
  let listener: Listener | undefined;
  const cloud = createCloud({
    ...options,
    endpoint: () => {
      if (!listener) throw new Error('The account does not listen yet: call listen() first.');
      return listener.url;
    },
  });
  const faults = createFaults(cloud.clock);
  const credentials = createCredentialStore(cloud);
  const assets = createAssets();

  const iam = createIam(cloud);
  const access = createAccess(cloud, iam);
  const guarded = <Ops extends object>(service: Service<Ops>): Guarded<Ops> =>
    guard(service, { cloud, access, faults, enforceIam });

  const sqsService = createSqs(cloud);
  const sqs = guarded(sqsService);
  const dynamodb = guarded(createDynamoDb(cloud));
  const logs = guarded(createLogs(cloud));
  const lambdaService = createLambda(cloud, {
    sqs,
    logs,
    credentials,
    assets,
    spares,
    trustsLambda: (roleArn) => {
      const trust = iam.trustPolicyOf(roleArn);
      return (
        trust !== undefined && mayAssume(trust, servicePrincipal(cloud, 'lambda.amazonaws.com'), {}, false)
      );
    },
    isAllowed: (roleArn, action, resource) =>
      !enforceIam ||
      access.decide({ principal: rolePrincipal(cloud, roleArn, 'lambda'), action, resource, context: {} })
        .allowed,
  });
  const lambda = guarded(lambdaService);
  const apiGatewayService = createApiGatewayV2(cloud, { lambda });
  const apigatewayv2 = guarded(apiGatewayService);
  const eventBridgeService = createEventBridge(cloud, {
    sqs,
    invokeAsync: async (FunctionName, Payload, call) => {
      await lambda.Invoke({ FunctionName, InvocationType: 'Event', Payload }, call);
    },
  });
  const eventbridge = guarded(eventBridgeService);
  const s3Service = createS3(cloud, {
    sqs,
    lambda,
    publish: eventBridgeService.publish,
    refusal: (call, permission) =>
      enforceIam ? refusalOf({ access, cloud }, s3Service.accessDenied, call, permission) : undefined,
  });
  const s3: Guarded<S3Operations> = guarded(s3Service);
  // The CDK CLI publishes assets there, and finds the account bootstrapped: cdk bootstrap is not needed.
  s3Service.createBucket(`cdk-hnb659fds-assets-${cloud.accountId}-${cloud.region}`);
  const cloudwatch = guarded(createCloudWatch(cloud));
  const iamOperations = guarded(iam);
  const sts = guarded(createSts(cloud, { iam, credentials }));
  const cloudFormationService = createCloudFormation(cloud, {
    sqs,
    dynamodb,
    logs,
    lambda,
    cloudwatch,
    iam: iamOperations,
    apigatewayv2,
    eventbridge,
    s3,
  });
  const cloudformation = guarded(cloudFormationService);

  const services = {
    sqs,
    dynamodb,
    logs,
    lambda,
    apigatewayv2,
    eventbridge,
    s3,
    cloudwatch,
    iam: iamOperations,
    sts,
    cloudformation,
  };

  return {
    cloud,
    faults,
    lambdaFaults: lambdaService.faults,
    eventBridgeFaults: eventBridgeService.faults,
    assets,
    services,
    /** A call by the account itself, for use in this process. */
    call: (): Call => ({
      principal: accountPrincipal(cloud),
      requestId: cloud.uuid(),
      signal: new AbortController().signal,
    }),
    /**
     * Deploys a synthesized template as a stack, creating or updating it.
     * @param request `assets`: folders with the content of the template's assets, by their object keys
     * @throws DeployError with the resource and the reason, in the service's words
     */
    deploy({
      assets: folders = {},
      ...request
    }: DeployRequest & { assets?: Readonly<Record<string, string>> }): Promise<Deployment> {
      for (const [key, folder] of Object.entries(folders)) assets.register(key, folder);
      return cloudFormationService.deployTemplate(request);
    },
    /** Opens the account to clients on loopback; port 0 picks a free one. Returns the base URL. */
    async listen(port = 0): Promise<string> {
      const control = controlToken
        ? createControl({ cloud, faults, lambdaFaults: lambdaService.faults, token: controlToken })
        : undefined;
      listener = await listenOnLoopback(
        () =>
          createAccountServer({
            cloud,
            credentials,
            services: { ...services, monitoring: cloudwatch, apigateway: apigatewayv2, events: eventbridge },
            control,
          }),
        port,
      );
      return listener.url;
    },
    /** Ends every child process, poller and connection, and removes the temporary files. */
    async close(): Promise<void> {
      await apiGatewayService.stop();
      await lambdaService.stop();
      await sqsService.stop?.();
      cloud.clock.stop();
      await listener?.close();
      rmSync(cloud.scratch, { recursive: true, force: true });
    },
  };
}

export type Account = ReturnType<typeof createAccount>;
