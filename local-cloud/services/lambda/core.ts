import type { Assets } from '../../assets.ts';
import type { CredentialStore } from '../../iam/credentials.ts';
import type { Cloud, Guarded } from '../../service.ts';
import type { LogsOperations } from '../logs/index.ts';
import type { XRayOperations } from '../xray/index.ts';
import { createAliasOperations } from './aliases.ts';
import type { RecordServices } from './async/delivery.ts';
import { createEventInvokeOperations } from './async/operations.ts';
import { createAsyncQueue } from './async/queue.ts';
import { createUnpacker, type ReadObject } from './code.ts';
import { createCodeDownloads } from './code-download.ts';
import { createConcurrency } from './concurrency.ts';
import { createConcurrencyOperations } from './concurrency-operations.ts';
import { createLambdaFaults } from './faults.ts';
import { createFunctionOperations } from './function-operations.ts';
import { createFunctions } from './functions.ts';
import { createInvokeOperation, createInvoker } from './invoke.ts';
import { createPermissions } from './permissions.ts';
import { createPolicyOperations } from './policy.ts';
import { createPool, INIT_LIMIT_MS } from './pool.ts';
import { createProvisionedConcurrency } from './provisioned.ts';
import { createRecursionOperations } from './recursion.ts';
import type { Spares } from './spares.ts';
import { createTagOperations, taggedFunction } from './tags.ts';
import { createTracing } from './tracing.ts';

export interface CoreDependencies extends RecordServices {
  logs: Guarded<LogsOperations>;
  xray: Pick<Guarded<XRayOperations>, 'PutTraceSegments'>;
  credentials: CredentialStore;
  assets: Assets;
  /** Reads code that is no asset from S3, as who makes or changes the function. */
  readObject?: ReadObject;
  /** Whether a role exists whose trust policy lets Lambda assume it. */
  trustsLambda(roleArn: string): boolean;
  /** Whether a role's policies allow an action on a resource. */
  isAllowed(roleArn: string, action: string, resource: string): boolean;
  /** Concurrent invocations of the account; AWS's default is 1,000. */
  concurrencyLimit?: number;
  /** How long a function may take to load; AWS's limit is 10 s. */
  initLimitMs?: number;
  /** Processes that have started already. */
  spares?: Spares;
}

/** Functions and their invocation: all of Lambda but its event sources. */
export function createLambdaCore(cloud: Cloud, dependencies: CoreDependencies) {
  const {
    logs,
    xray,
    credentials,
    assets,
    readObject,
    trustsLambda,
    isAllowed,
    concurrencyLimit = 1000,
    initLimitMs = INIT_LIMIT_MS,
    spares,
    ...services
  } = dependencies;
  const functions = createFunctions(cloud, {
    unpack: createUnpacker(cloud, assets, readObject),
    trustsLambda,
    isAllowed,
  });
  const concurrency = createConcurrency(concurrencyLimit);
  const tracing = createTracing(cloud, xray);
  const pool = createPool(cloud, logs, credentials, tracing, initLimitMs, spares);
  const provisioned = createProvisionedConcurrency({ cloud, functions, concurrency, pool });
  const invoker = createInvoker(cloud, { functions, pool, concurrency, tracing });
  const downloads = createCodeDownloads(cloud);
  const queue = createAsyncQueue({ cloud, invoker, concurrency, services });
  return {
    functions,
    concurrency,
    invoker,
    downloads,
    operations: {
      ...createFunctionOperations({ cloud, functions, pool, concurrency, provisioned, downloads }),
      ...createAliasOperations(cloud, functions, provisioned),
      ...provisioned.operations,
      ...createConcurrencyOperations(cloud, functions, concurrency),
      ...createPolicyOperations(cloud, functions),
      ...createEventInvokeOperations(cloud, functions, isAllowed),
      ...createRecursionOperations(functions),
      ...createTagOperations((arn) => taggedFunction(cloud, functions, arn)),
      Invoke: createInvokeOperation(functions, invoker, queue),
    },
    permissions: createPermissions(cloud, functions),
    faults: createLambdaFaults(cloud, pool, concurrency),
    async stop(): Promise<void> {
      const emptied = queue.stop();
      await pool.stop();
      await emptied;
    },
  };
}
