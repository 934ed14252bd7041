import type {
  AliasConfiguration,
  AliasRoutingConfiguration,
  CreateAliasRequest,
  DeleteAliasRequest,
  GetAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
} from '@aws-sdk/client-lambda';
import { AwsError, notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import { aliasNotFound, type FunctionEntry, type Functions, functionNotFound } from './functions.ts';
import { ALIAS_NAME, functionArn } from './names.ts';
import { pageOf } from './paging.ts';
import type { ProvisionedConcurrency } from './provisioned.ts';
import { checkRevision } from './revisions.ts';

/** A name that points to a version of a function. */
export interface Alias {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly revisionId: string;
}

/** Names that point to versions. https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html */
export function createAliasOperations(
  cloud: Cloud,
  functions: Functions,
  provisioned: ProvisionedConcurrency,
) {
  function find(entry: FunctionEntry, name: string | undefined): Alias {
    const alias = entry.aliases.get(name ?? '');
    if (alias) return alias;
    throw aliasNotFound(functionArn(cloud, entry.name, name));
  }

  function checkVersion(entry: FunctionEntry, version: string): void {
    if (!/^(\$LATEST|\d+)$/.test(version)) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '${version}' at 'functionVersion' failed to satisfy constraint: Member must satisfy regular expression pattern: (\\$LATEST|[0-9]+)`,
      );
    }
    if (version !== '$LATEST' && !entry.versions.has(version)) {
      throw functionNotFound(functionArn(cloud, entry.name, version));
    }
  }

  const describe = (entry: FunctionEntry, alias: Alias): AliasConfiguration => ({
    AliasArn: functionArn(cloud, entry.name, alias.name),
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    RevisionId: alias.revisionId,
  });

  return {
    /** https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html */
    CreateAlias(input: CreateAliasRequest): AliasConfiguration {
      const entry = functions.entry(input.FunctionName);
      const { Name: name = '', FunctionVersion: version = '' } = input;
      checkName(name);
      refuseWeights(input.RoutingConfig);
      checkVersion(entry, version);
      if (entry.aliases.has(name)) {
        throw new AwsError(
          'ResourceConflictException',
          `Alias already exists: ${functionArn(cloud, entry.name, name)}`,
          { status: 409 },
        );
      }
      const alias: Alias = { name, version, description: input.Description ?? '', revisionId: cloud.uuid() };
      entry.aliases.set(name, alias);
      return describe(entry, alias);
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html */
    GetAlias(input: GetAliasRequest): AliasConfiguration {
      const entry = functions.entry(input.FunctionName);
      return describe(entry, find(entry, input.Name));
    },

    /**
     * New invocations run on the other version at once; provisioned environments are renewed.
     * https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
     */
    UpdateAlias(input: UpdateAliasRequest): AliasConfiguration {
      const entry = functions.entry(input.FunctionName);
      const alias = find(entry, input.Name);
      checkRevision(alias.revisionId, input.RevisionId);
      refuseWeights(input.RoutingConfig);
      const version = input.FunctionVersion ?? alias.version;
      checkVersion(entry, version);
      const moved = version !== alias.version;
      if (moved) provisioned.checkMove(entry, alias.name, version);
      const changed: Alias = {
        ...alias,
        version,
        description: input.Description ?? alias.description,
        revisionId: cloud.uuid(),
      };
      entry.aliases.set(alias.name, changed);
      if (moved) provisioned.onAliasMoved(entry, alias.name);
      return describe(entry, changed);
    },

    /** An alias that is not there is gone already. https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html */
    DeleteAlias(input: DeleteAliasRequest): void {
      const entry = functions.entry(input.FunctionName);
      const name = input.Name ?? '';
      provisioned.remove(entry, name);
      entry.aliases.delete(name);
      entry.policies.delete(name);
      entry.eventInvokeSettings.delete(name);
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_ListAliases.html */
    ListAliases(input: ListAliasesRequest): ListAliasesResponse {
      const entry = functions.entry(input.FunctionName);
      const aliases = [...entry.aliases.values()].filter(
        ({ version }) => input.FunctionVersion === undefined || version === input.FunctionVersion,
      );
      const { page, NextMarker } = pageOf(aliases, ({ name }) => name, input);
      return { Aliases: page.map((alias) => describe(entry, alias)), NextMarker };
    },
  };
}

function checkName(name: string): void {
  if (ALIAS_NAME.test(name)) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)`,
  );
}

function refuseWeights(routing: AliasRoutingConfiguration | undefined): void {
  if (Object.keys(routing?.AdditionalVersionWeights ?? {}).length === 0) return;
  throw notSupported("An alias's RoutingConfig.AdditionalVersionWeights");
}
