import type {
  AliasConfiguration,
  CreateAliasRequest,
  DeleteAliasRequest,
  GetAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import { type AliasRouting, checkRouting, describeRouting, readRouting } from './alias-routing.ts';
import { aliasNotFound, type FunctionEntry, type Functions, functionNotFound } from './functions.ts';
import { ALIAS_NAME, checkRegion, functionArn, parseFunctionReference } from './names.ts';
import { pageOf } from './paging.ts';
import type { ProvisionedConcurrency } from './provisioned.ts';
import { checkRevision } from './revisions.ts';

/** A name that points to a version of a function, or to two. */
export interface Alias {
  readonly name: string;
  readonly version: string;
  /** The second version that it points to. */
  readonly routing?: AliasRouting;
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
    RoutingConfig: describeRouting(alias.routing),
  });

  return {
    /** https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html */
    CreateAlias(input: CreateAliasRequest): AliasConfiguration {
      const { Name: name = '', FunctionVersion: version = '' } = input;
      checkName(name);
      const routing = readRouting(version, input.RoutingConfig);
      const parsed = parseFunctionReference(input.FunctionName);
      checkRegion(cloud, parsed);
      const entry = functions.find(parsed.name);
      if (!entry) throw functionNotFound(functionArn(cloud, parsed.name, version));
      checkVersion(entry, version);
      if (routing) checkVersion(entry, routing.version);
      if (entry.aliases.has(name)) {
        throw new AwsError(
          'ResourceConflictException',
          `Alias already exists: ${functionArn(cloud, entry.name, name)}`,
          { status: 409 },
        );
      }
      const description = input.Description ?? '';
      const alias: Alias = { name, version, routing, description, revisionId: cloud.uuid() };
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
      const alias = entry.aliases.get(input.Name ?? '');
      if (!alias) {
        const arn = functionArn(cloud, entry.name, input.Name);
        throw new AwsError('ResourceNotFoundException', `Alias not found: ${arn}`, { status: 404 });
      }
      checkRevision(alias.revisionId, input.RevisionId);
      const version = input.FunctionVersion ?? alias.version;
      const routing = input.RoutingConfig ? readRouting(version, input.RoutingConfig) : alias.routing;
      checkRouting(version, routing);
      checkVersion(entry, version);
      if (routing) checkVersion(entry, routing.version);
      const moved = version !== alias.version;
      if (moved || routing) provisioned.checkMove(entry, alias.name, version, routing);
      const changed: Alias = {
        ...alias,
        version,
        routing,
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
