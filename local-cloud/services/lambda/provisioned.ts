import type {
  DeleteProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigResponse,
  ListProvisionedConcurrencyConfigsRequest,
  ListProvisionedConcurrencyConfigsResponse,
  PutProvisionedConcurrencyConfigRequest,
  PutProvisionedConcurrencyConfigResponse,
} from '@aws-sdk/client-lambda';
import { AwsError, notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import type { AliasRouting } from './alias-routing.ts';
import type { Concurrency } from './concurrency.ts';
import { lambdaDate } from './function-description.ts';
import { aliasNotFound, type FunctionEntry, type Functions, functionNotFound } from './functions.ts';
import { environmentConfig } from './invoke.ts';
import { ALIAS_NAME, checkRegion, functionArn, parseQualified } from './names.ts';
import { pageOf } from './paging.ts';
import type { Pool } from './pool.ts';
import type { Provision } from './provision.ts';
import { renewRevision } from './revisions.ts';

/** Provisioned concurrency of the account's functions: on versions, and on aliases, with which it moves. */
export interface ProvisionedConcurrency {
  readonly operations: ReturnType<typeof createOperations>;
  /** @throws AwsError when an alias with provisioned concurrency may not point to a version */
  checkMove(entry: FunctionEntry, alias: string, version: string, routing?: AliasRouting): void;
  /** The alias points to another version: its environments are renewed. */
  onAliasMoved(entry: FunctionEntry, alias: string): void;
  /** Takes it from a version or an alias, if it has any. */
  remove(entry: FunctionEntry, qualifier: string): void;
  removeAll(entry: FunctionEntry): void;
}

interface Configured {
  readonly requested: number;
  readonly lastModified: number;
  provision: Provision;
}

/** By function and qualifier. */
type Configurations = Map<string, Map<string, Configured>>;

interface Parts {
  cloud: Cloud;
  functions: Functions;
  concurrency: Concurrency;
  pool: Pool;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html */
export function createProvisionedConcurrency(parts: Parts): ProvisionedConcurrency {
  const { concurrency } = parts;
  const configurations: Configurations = new Map();

  function remove(entry: FunctionEntry, qualifier: string): void {
    const mine = configurations.get(entry.name);
    const configured = mine?.get(qualifier);
    if (!configured) return;
    mine?.delete(qualifier);
    concurrency.unprovision(entry.name, qualifier);
    configured.provision.release();
  }

  return {
    operations: createOperations(parts, configurations, remove),
    remove,
    checkMove(entry, alias, version, routing) {
      if (!configurations.get(entry.name)?.has(alias)) return;
      if (routing) throw onTwoVersions();
      checkTarget(configurations, entry, alias, version);
    },
    onAliasMoved(entry, alias) {
      const configured = configurations.get(entry.name)?.get(alias);
      if (!configured) return;
      configured.provision.release();
      configured.provision = start(parts, entry, alias, configured.requested);
    },
    removeAll(entry) {
      for (const qualifier of [...(configurations.get(entry.name)?.keys() ?? [])]) remove(entry, qualifier);
    },
  };
}

function createOperations(
  parts: Parts,
  configurations: Configurations,
  remove: (entry: FunctionEntry, qualifier: string) => void,
) {
  const { cloud, functions, concurrency } = parts;

  /** The function and the version or alias that a request names. */
  function targetOf(input: { FunctionName: string | undefined; Qualifier: string | undefined }) {
    const parsed = parseQualified(input.FunctionName, input.Qualifier);
    const { name, qualifier = '$LATEST' } = parsed;
    checkRegion(cloud, parsed);
    const entry = functions.find(name);
    if (!entry) throw targetNotFound(functionArn(cloud, name, qualifier), qualifier);
    if (qualifier === '$LATEST') {
      throw new AwsError(
        'InvalidParameterValueException',
        'The function resource provided must be an alias or a published version.',
      );
    }
    return { entry, qualifier, version: pointedTo(cloud, entry, qualifier) };
  }

  return {
    /** https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html */
    PutProvisionedConcurrencyConfig(
      input: PutProvisionedConcurrencyConfigRequest,
    ): PutProvisionedConcurrencyConfigResponse {
      const { ProvisionedConcurrentExecutions: requested = 0 } = input;
      if (!Number.isInteger(requested) || requested < 1) {
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value '${requested}' at 'provisionedConcurrentExecutions' failed to satisfy constraint: Member must have value greater than or equal to 1`,
        );
      }
      if (parseQualified(input.FunctionName, input.Qualifier).qualifier === '$LATEST') throw unpublished();
      const { entry, qualifier, version } = targetOf(input);
      if (entry.aliases.get(qualifier)?.routing) throw onTwoVersions();
      checkTarget(configurations, entry, qualifier, version);
      concurrency.provision(entry.name, qualifier, requested);
      const mine = configurations.get(entry.name) ?? new Map<string, Configured>();
      configurations.set(entry.name, mine);
      const before = mine.get(qualifier);
      before?.provision.resize(requested);
      renewRevision(cloud, entry, version);
      const configured: Configured = {
        requested,
        lastModified: cloud.clock.now(),
        provision: before?.provision ?? start(parts, entry, qualifier, requested),
      };
      mine.set(qualifier, configured);
      return describe(configured);
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html */
    GetProvisionedConcurrencyConfig(
      input: GetProvisionedConcurrencyConfigRequest,
    ): GetProvisionedConcurrencyConfigResponse {
      const { entry, qualifier } = targetOf(input);
      const configured = configurations.get(entry.name)?.get(qualifier);
      if (configured) return describe(configured);
      throw new AwsError(
        'ProvisionedConcurrencyConfigNotFoundException',
        'No Provisioned Concurrency Config found for this function',
        { status: 404 },
      );
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteProvisionedConcurrencyConfig.html */
    DeleteProvisionedConcurrencyConfig(input: DeleteProvisionedConcurrencyConfigRequest): void {
      const { entry, qualifier } = targetOf(input);
      remove(entry, qualifier);
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_ListProvisionedConcurrencyConfigs.html */
    ListProvisionedConcurrencyConfigs(
      input: ListProvisionedConcurrencyConfigsRequest,
    ): ListProvisionedConcurrencyConfigsResponse {
      const { name } = functions.entry(input.FunctionName);
      const mine = [...(configurations.get(name) ?? [])];
      const { page, NextMarker } = pageOf(mine, ([qualifier]) => qualifier, input);
      return {
        ProvisionedConcurrencyConfigs: page.map(([qualifier, configured]) => ({
          FunctionArn: functionArn(cloud, name, qualifier),
          ...describe(configured),
        })),
        NextMarker,
      };
    },
  };
}

/** Begins to initialise environments for a version or an alias. */
function start({ functions, pool }: Parts, entry: FunctionEntry, qualifier: string, count: number) {
  const stored = functions.get(entry.name, qualifier);
  return pool.provision(environmentConfig(stored), stored.settings.timeoutSeconds, count);
}

function pointedTo(cloud: Cloud, entry: FunctionEntry, qualifier: string): string {
  const alias = entry.aliases.get(qualifier);
  if (alias) return alias.version;
  if (entry.versions.has(qualifier)) return qualifier;
  throw targetNotFound(functionArn(cloud, entry.name, qualifier), qualifier);
}

function targetNotFound(arn: string, qualifier: string): AwsError {
  return ALIAS_NAME.test(qualifier) ? aliasNotFound(arn) : functionNotFound(arn);
}

/** Provisioned concurrency lies on a version or on aliases that point to it, never on both. */
function checkTarget(
  configurations: Configurations,
  entry: FunctionEntry,
  qualifier: string,
  version: string,
): void {
  if (version === '$LATEST') throw unpublished();
  const mine = configurations.get(entry.name);
  if (qualifier !== version && mine?.has(version)) {
    throw new AwsError(
      'ResourceConflictException',
      "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
      { status: 409 },
    );
  }
  const pointing = [...entry.aliases.values()].some(
    (alias) => alias.version === version && mine?.has(alias.name),
  );
  if (qualifier === version && pointing) {
    throw new AwsError('ResourceConflictException', 'Version is pointed by a Provisioned Concurrency alias', {
      status: 409,
    });
  }
}

function onTwoVersions(): AwsError {
  return notSupported('Provisioned concurrency on an alias that points to two versions');
}

function unpublished(): AwsError {
  return new AwsError(
    'InvalidParameterValueException',
    'Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
  );
}

function describe({
  requested,
  lastModified,
  provision,
}: Configured): GetProvisionedConcurrencyConfigResponse {
  const { allocated, status, failure } = provision;
  return {
    RequestedProvisionedConcurrentExecutions: requested,
    AvailableProvisionedConcurrentExecutions: allocated,
    AllocatedProvisionedConcurrentExecutions: allocated,
    Status: status,
    ...(failure && { StatusReason: failure }),
    LastModified: lambdaDate(lastModified),
  };
}
