import type {
  CreateFunctionRequest,
  FunctionCode,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../errors.ts';
import type { Call, Cloud } from '../../service.ts';
import { routeTo } from './alias-routing.ts';
import type { Alias } from './aliases.ts';
import { checkDeadLetterArn } from './async/destination.ts';
import type { EventInvokeSettings } from './async/settings.ts';
import type { UnpackedCode } from './code.ts';
import { type FunctionSettings, readSettings } from './function-config.ts';
import {
  checkRegion,
  type FunctionReference,
  functionArn,
  parseFunctionReference,
  parseQualified,
} from './names.ts';
import type { ResourcePolicy } from './policy.ts';
import { checkRevision } from './revisions.ts';
import { checkTagCount } from './tags.ts';
import type { FunctionVersion } from './versions.ts';

/** A function as the account holds it: what all its versions share, and the versions. */
export interface FunctionEntry {
  readonly name: string;
  /** Without a qualifier. */
  readonly arn: string;
  /** `$LATEST`. */
  latest: FunctionVersion;
  /** Published versions by their number. */
  readonly versions: Map<string, FunctionVersion>;
  nextVersion: number;
  /** The version that was published last, and what `$LATEST` was then. */
  published?: { readonly version: string; readonly from: FunctionVersion };
  readonly aliases: Map<string, Alias>;
  readonly tags: Map<string, string>;
  /** Resource policies by qualifier; that of the function itself has none. */
  readonly policies: Map<string, ResourcePolicy>;
  /** How asynchronous events are taken, by qualifier; `$LATEST` is that of the function itself. */
  readonly eventInvokeSettings: Map<string, EventInvokeSettings>;
  /** Whether it may run again and again in one chain of requests. */
  recursiveLoop: 'Allow' | 'Terminate';
}

/** What a reference stands for: one version of a function, and how it was addressed. */
export interface StoredFunction extends FunctionVersion {
  /** With the qualifier, if the reference had one. */
  readonly arn: string;
  readonly qualifier?: string;
}

/** The account's functions by name. */
export interface Functions {
  create(input: CreateFunctionRequest, call: Call): Promise<FunctionEntry>;
  updateCode(input: UpdateFunctionCodeRequest, call: Call): Promise<FunctionEntry>;
  updateConfiguration(input: UpdateFunctionConfigurationRequest): FunctionEntry;
  delete(entry: FunctionEntry): void;
  /**
   * The version that a reference stands for; an alias stands for the version that it points to.
   * @throws AwsError ResourceNotFoundException, in Lambda's words
   */
  get(reference: string | undefined, qualifier?: string): StoredFunction;
  /** The same for an invocation: an alias that points to two versions stands for one of them by chance. */
  pick(reference: string | undefined, qualifier?: string): StoredFunction;
  /** The function behind a reference, whatever its qualifier. Throws ResourceNotFoundException. */
  entry(reference: string | undefined): FunctionEntry;
  find(name: string): FunctionEntry | undefined;
  all(): FunctionEntry[];
}

interface FunctionTools {
  /** Puts code into a folder of its own. */
  unpack(code: FunctionCode | undefined, call: Call): UnpackedCode | Promise<UnpackedCode>;
  /** Whether a role exists that Lambda may assume. */
  trustsLambda(roleArn: string): boolean;
  /** Whether a role's policies allow an action on a resource. */
  isAllowed(roleArn: string, action: string, resource: string): boolean;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: names have 64 characters at most. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

export function createFunctions(cloud: Cloud, { unpack, trustsLambda, isAllowed }: FunctionTools): Functions {
  const functions = new Map<string, FunctionEntry>();

  /** Functions of other accounts are not here. Throws ResourceNotFoundException for another Region. */
  function entryOf(parsed: FunctionReference): FunctionEntry | undefined {
    checkRegion(cloud, parsed);
    const { name, accountId = cloud.accountId } = parsed;
    return accountId === cloud.accountId ? functions.get(name) : undefined;
  }

  function entry(reference: string | undefined): FunctionEntry {
    const parsed = parseFunctionReference(reference);
    const found = entryOf(parsed);
    if (!found) throw functionNotFound(functionArn(cloud, parsed.name));
    return found;
  }

  function resolve(
    reference: string | undefined,
    given: string | undefined,
    versionOfAlias: (alias: Alias) => string,
  ): StoredFunction {
    const parsed = parseQualified(reference, given, true);
    const { name, qualifier } = parsed;
    const found = entryOf(parsed);
    const arn = functionArn(cloud, name, qualifier);
    const version = found && versionOf(found, qualifier, versionOfAlias);
    if (!version) throw functionNotFound(arn);
    return { ...version, arn, ...(qualifier !== undefined && { qualifier }) };
  }

  function checkRole(roleArn: string): void {
    if (trustsLambda(roleArn)) return;
    throw new AwsError(
      'InvalidParameterValueException',
      'The role defined for the function cannot be assumed by Lambda.',
    );
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
  function checkDeadLetterQueue({ deadLetterArn, roleArn }: FunctionSettings): void {
    if (!deadLetterArn) return;
    checkDeadLetterArn(cloud, deadLetterArn);
    if (isAllowed(roleArn, 'sqs:SendMessage', deadLetterArn)) return;
    throw new AwsError(
      'InvalidParameterValueException',
      'The provided execution role does not have permissions to call SendMessage on SQS',
    );
  }

  function refuseTwin(name: string): void {
    if (!functions.has(name)) return;
    throw new AwsError('ResourceConflictException', `Function already exist: ${name}`, { status: 409 });
  }

  function change(
    found: FunctionEntry,
    changes: Partial<Pick<FunctionVersion, 'settings' | 'code' | 'architectures'>>,
  ): FunctionEntry {
    found.latest = {
      ...found.latest,
      ...changes,
      lastModified: cloud.clock.now(),
      deploymentId: cloud.uuid(),
      revisionId: cloud.uuid(),
    };
    return found;
  }

  return {
    get: (reference, qualifier) => resolve(reference, qualifier, ({ version }) => version),
    pick: (reference, qualifier) => resolve(reference, qualifier, (alias) => routeTo(alias, cloud.random)),
    entry,
    find: (name) => functions.get(name),
    all: () => [...functions.values()],

    async create(input, call) {
      const parsed = parseFunctionReference(input.FunctionName);
      const { name, accountId = cloud.accountId } = parsed;
      checkRegion(cloud, parsed);
      if (accountId !== cloud.accountId) {
        const message = `No function is made in another account (${accountId}).`;
        throw new AwsError('AccessDeniedException', message, { status: 403 });
      }
      if (!NAME.test(name)) {
        throw new AwsError(
          'InvalidParameterValueException',
          `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
        );
      }
      refuseTwin(name);
      const { FunctionName: _name, Code, ...rest } = input;
      checkTagCount(input.Tags ?? {});
      const settings = readSettings(name, rest);
      const architectures = architecturesOf(input.Architectures);
      checkRole(settings.roleArn);
      checkDeadLetterQueue(settings);
      const code = await unpack(Code, call);
      // Another call may have made it meanwhile.
      refuseTwin(name);
      const made: FunctionEntry = {
        name,
        arn: functionArn(cloud, name),
        latest: {
          name,
          version: '$LATEST',
          settings,
          code,
          architectures,
          lastModified: cloud.clock.now(),
          deploymentId: cloud.uuid(),
          revisionId: cloud.uuid(),
        },
        versions: new Map(),
        nextVersion: 1,
        aliases: new Map(),
        tags: new Map(Object.entries(input.Tags ?? {})),
        policies: new Map(),
        eventInvokeSettings: new Map(),
        recursiveLoop: 'Terminate',
      };
      functions.set(name, made);
      return made;
    },

    async updateCode(input, call) {
      const found = entry(input.FunctionName);
      checkRevision(found.latest.revisionId, input.RevisionId);
      const architectures = input.Architectures && architecturesOf(input.Architectures);
      if (input.ImageUri) {
        throw new AwsError(
          'InvalidParameterValueException',
          "Please don't provide ImageUri when updating a function with packageType Zip.",
        );
      }
      const code = await unpack(input, call);
      if (input.DryRun) return found;
      // Another call may have deleted it meanwhile.
      if (functions.get(found.name) !== found) throw functionNotFound(found.arn);
      // The old folder stays: versions have it, and an environment that is busy may still import from it.
      return change(found, { code, ...(architectures && { architectures }) });
    },

    updateConfiguration(input) {
      const found = entry(input.FunctionName);
      checkRevision(found.latest.revisionId, input.RevisionId);
      const { FunctionName: _name, RevisionId: _revision, ...rest } = input;
      const before = found.latest.settings;
      const settings = readSettings(found.name, rest, before);
      if (settings.roleArn !== before.roleArn) checkRole(settings.roleArn);
      checkDeadLetterQueue(settings);
      return change(found, { settings });
    },

    delete(found) {
      functions.delete(found.name);
    },
  };
}

/** What Lambda says of an alias that is to be read or changed, and is not there. */
export function aliasNotFound(arn: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${arn}`, { status: 404 });
}

/** What Lambda says of a function, a version or an alias that is not there. */
export function functionNotFound(arn: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, { status: 404 });
}

function versionOf(
  entry: FunctionEntry,
  qualifier = '$LATEST',
  versionOfAlias: (alias: Alias) => string,
): FunctionVersion | undefined {
  const alias = entry.aliases.get(qualifier);
  const version = alias ? versionOfAlias(alias) : qualifier;
  return version === '$LATEST' ? entry.latest : entry.versions.get(version);
}

function architecturesOf(given: readonly string[] | undefined): readonly ('arm64' | 'x86_64')[] {
  const [architecture = 'x86_64', ...more] = given ?? [];
  const refuse = (must: string) =>
    new AwsError(
      'ValidationException',
      `1 validation error detected: Value '[${given?.join(', ')}]' at 'architectures' failed to satisfy constraint: Member must ${must}`,
    );
  if (more.length > 0) throw refuse('have length less than or equal to 1');
  if (architecture !== 'arm64' && architecture !== 'x86_64') {
    throw refuse(
      'satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]',
    );
  }
  return [architecture];
}
