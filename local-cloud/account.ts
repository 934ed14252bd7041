import { rmSync } from 'node:fs';
import { createAssets } from './assets.ts';
import { bootstrap } from './bootstrap.ts';
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
import { createEventBridge, type EventBridgeOperations } from './services/eventbridge/index.ts';
import { createIam } from './services/iam/index.ts';
import { createLambda } from './services/lambda/index.ts';
import type { Spares } from './services/lambda/spares.ts';
import { createLogs } from './services/logs/index.ts';
import { collect } from './services/s3/contents.ts';
import { createS3, type S3Operations } from './services/s3/index.ts';
import { createSqs } from './services/sqs/index.ts';
import { createSsm } from './services/ssm/index.ts';
import { createSts } from './services/sts/index.ts';
import { createXRay } from './services/xray/index.ts';

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
  const faults = createFaults(cloud.clock, () => lambdaService.faults.invocations());
  const credentials = createCredentialStore(cloud);
  const assets = createAssets();

  const iam = createIam(cloud);
  const access = createAccess(cloud, iam);
  const operationNames = new Map<string, readonly string[]>();
  const guarded = <Ops extends object>(service: Service<Ops>): Guarded<Ops> => {
    operationNames.set(service.name, Object.keys(service.operations));
    return guard(service, { cloud, access, faults, enforceIam });
  };
  const trusts = (roleArn: string, service: string): boolean => {
    const trust = iam.trustPolicyOf(roleArn);
    return trust !== undefined && mayAssume(trust, servicePrincipal(cloud, service), {}, false);
  };

  /** For the services that call functions without waiting for them; Lambda itself is made below. */
  const invokeAsync = async (FunctionName: string, Payload: Uint8Array, call: Call): Promise<void> => {
    await lambda.Invoke({ FunctionName, InvocationType: 'Event', Payload }, call);
  };
  // It counts what the other services do.
  const cloudWatchService = createCloudWatch(cloud, {
    invokeAsync,
    publish: (event) => eventBridgeService.publish(event),
  });
  const cloudwatch = guarded(cloudWatchService);
  const sqsService = createSqs(cloud);
  const sqs = guarded(cloudWatchService.counted(sqsService, sqsService.depths));
  const dynamodb = guarded(createDynamoDb(cloud));
  const logs = guarded(createLogs(cloud, cloudWatchService.put));
  const xray = guarded(createXRay(cloud));
  const lambdaService = createLambda(cloud, {
    sqs,
    xray,
    invokeAsync,
    putEvents: (input, call) => eventbridge.PutEvents(input, call),
    putObject: (input, call) => s3.PutObject(input, call),
    logs,
    credentials,
    assets,
    readObject: async (input, call) => collect((await s3.GetObject(input, call)).Body),
    spares,
    trustsLambda: (roleArn) => trusts(roleArn, 'lambda.amazonaws.com'),
    isAllowed: (roleArn, action, resource) =>
      !enforceIam ||
      access.decide({ principal: rolePrincipal(cloud, roleArn, 'lambda'), action, resource, context: {} })
        .allowed,
  });
  const lambda = guarded(lambdaService);
  const apiGatewayService = createApiGatewayV2(cloud, { lambda });
  const apigatewayv2 = guarded(apiGatewayService);
  const eventBridgeService = createEventBridge(cloud, { sqs, invokeAsync });
  const eventbridge: Guarded<EventBridgeOperations> = guarded(eventBridgeService);
  const s3Service = createS3(cloud, {
    sqs,
    lambda,
    publish: eventBridgeService.publish,
    refusal: (call, permission) =>
      enforceIam ? refusalOf({ access, cloud }, s3Service.accessDenied, call, permission) : undefined,
  });
  const s3: Guarded<S3Operations> = guarded(s3Service);
  const ssmService = createSsm(cloud);
  const ssm = guarded(ssmService);
  bootstrap(cloud, { iam, ssm: ssmService, s3: s3Service });
  const iamOperations = guarded(iam);
  const sts = guarded(createSts(cloud, { iam, credentials }));
  const cloudFormationService = createCloudFormation(
    cloud,
    { sqs, dynamodb, logs, lambda, cloudwatch, iam: iamOperations, apigatewayv2, eventbridge, s3, ssm },
    (roleArn) => trusts(roleArn, 'cloudformation.amazonaws.com'),
  );
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
    ssm,
    xray,
    cloudformation,
  };
  // Under their signing names too, where those differ.
  const servicesByName: Readonly<Record<string, object>> = {
    ...services,
    monitoring: cloudwatch,
    apigateway: apigatewayv2,
    events: eventbridge,
  };

  return {
    cloud,
    faults,
    lambdaFaults: lambdaService.faults,
    eventBridgeFaults: eventBridgeService.faults,
    assets,
    services,
    /** The operations of each service by the name with which requests to it are signed. */
    operationsOf: (signingName: string): Readonly<Record<string, unknown>> =>
      (servicesByName[signingName] ?? {}) as Readonly<Record<string, unknown>>,
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
        ? createControl({
            cloud,
            faults,
            lambdaFaults: lambdaService.faults,
            eventBridgeFaults: eventBridgeService.faults,
            operations: operationNames,
            token: controlToken,
          })
        : undefined;
      listener = await listenOnLoopback(
        () =>
          createAccountServer({
            cloud,
            credentials,
            services: servicesByName,
            codeOf: lambdaService.downloads.read,
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
