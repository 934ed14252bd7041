import type {
  CreateFunctionRequest,
  FunctionConfiguration,
  GetFunctionResponse,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import type { Assets } from '../../assets.ts';
import { AwsError, notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import { type UnpackedCode, unpackCode } from './code.ts';
import { type FunctionSettings, readSettings } from './function-config.ts';
import { functionArn, parseFunctionReference } from './names.ts';

/** A function as the account holds it. */
export interface StoredFunction {
  readonly name: string;
  readonly arn: string;
  settings: FunctionSettings;
  code: UnpackedCode;
  architectures: readonly ('arm64' | 'x86_64')[];
  tags: Map<string, string>;
  /** Statements of its resource policy by their id. */
  statements: Map<string, object>;
  lastModified: number;
  revisionId: string;
  policyRevisionId: string;
}

/** The account's functions by name. */
export interface Functions {
  create(input: CreateFunctionRequest): StoredFunction;
  updateCode(input: UpdateFunctionCodeRequest): StoredFunction;
  updateConfiguration(input: UpdateFunctionConfigurationRequest): StoredFunction;
  delete(reference: string | undefined): StoredFunction;
  /** @throws AwsError ResourceNotFoundException, in Lambda's words */
  get(reference: string | undefined, qualifier?: string): StoredFunction;
  find(name: string): StoredFunction | undefined;
  all(): StoredFunction[];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: names have 64 characters at most. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** @param trustsLambda whether a role exists that Lambda may assume */
export function createFunctions(
  cloud: Cloud,
  assets: Assets,
  trustsLambda: (roleArn: string) => boolean,
): Functions {
  const functions = new Map<string, StoredFunction>();

  function get(reference: string | undefined, qualifier?: string): StoredFunction {
    const parsed = parseFunctionReference(reference);
    const asked = qualifier ?? parsed.qualifier;
    const found = functions.get(parsed.name);
    if (!found || (asked !== undefined && asked !== '$LATEST')) {
      const suffix = asked === undefined ? '' : `:${asked}`;
      throw new AwsError(
        'ResourceNotFoundException',
        `Function not found: ${functionArn(cloud, parsed.name)}${suffix}`,
        { status: 404 },
      );
    }
    return found;
  }

  function checkRole(roleArn: string): void {
    if (trustsLambda(roleArn)) return;
    throw new AwsError(
      'InvalidParameterValueException',
      'The role defined for the function cannot be assumed by Lambda.',
    );
  }

  function touch(stored: StoredFunction): StoredFunction {
    stored.lastModified = cloud.clock.now();
    stored.revisionId = cloud.uuid();
    return stored;
  }

  return {
    get,
    find: (name) => functions.get(name),
    all: () => [...functions.values()],

    create(input) {
      const { name } = parseFunctionReference(input.FunctionName);
      if (!NAME.test(name)) {
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
        );
      }
      if (functions.has(name)) {
        throw new AwsError('ResourceConflictException', `Function already exist: ${name}`, { status: 409 });
      }
      const { FunctionName: _name, Code, ...rest } = input;
      const settings = readSettings(name, rest);
      checkRole(settings.roleArn);
      const stored: StoredFunction = {
        name,
        arn: functionArn(cloud, name),
        settings,
        code: unpackCode(cloud, assets, Code),
        architectures: architecturesOf(input.Architectures),
        tags: new Map(Object.entries(input.Tags ?? {})),
        statements: new Map(),
        lastModified: cloud.clock.now(),
        revisionId: cloud.uuid(),
        policyRevisionId: cloud.uuid(),
      };
      functions.set(name, stored);
      return stored;
    },

    updateCode(input) {
      const stored = get(input.FunctionName);
      if (input.Publish) throw notSupported("Lambda's Publish");
      checkRevision(stored, input.RevisionId);
      const code = unpackCode(cloud, assets, input);
      if (input.DryRun) return stored;
      // The old folder stays: an environment that is busy may still import from it.
      stored.code = code;
      if (input.Architectures) stored.architectures = architecturesOf(input.Architectures);
      return touch(stored);
    },

    updateConfiguration(input) {
      const stored = get(input.FunctionName);
      checkRevision(stored, input.RevisionId);
      const { FunctionName: _name, RevisionId: _revision, ...rest } = input;
      const settings = readSettings(stored.name, rest, stored.settings);
      if (settings.roleArn !== stored.settings.roleArn) checkRole(settings.roleArn);
      stored.settings = settings;
      return touch(stored);
    },

    delete(reference) {
      const { qualifier } = parseFunctionReference(reference);
      if (qualifier) throw notSupported('Deleting a version of a function');
      const stored = get(reference);
      functions.delete(stored.name);
      return stored;
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export function describeFunction(stored: StoredFunction): FunctionConfiguration {
  const { settings, code } = stored;
  return {
    FunctionName: stored.name,
    FunctionArn: stored.arn,
    Runtime: settings.runtime as FunctionConfiguration['Runtime'],
    Role: settings.roleArn,
    Handler: settings.handler,
    CodeSize: code.sizeBytes,
    CodeSha256: code.sha256,
    Description: settings.description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMb,
    LastModified: new Date(stored.lastModified).toISOString().replace('Z', '+0000'),
    Version: '$LATEST',
    ...(Object.keys(settings.variables).length > 0 && {
      Environment: { Variables: { ...settings.variables } },
    }),
    TracingConfig: { Mode: settings.tracing },
    RevisionId: stored.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [...stored.architectures],
    EphemeralStorage: { Size: settings.ephemeralStorageMb },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: settings.logGroup },
  };
}

/** A function with where its code lies and what else hangs on it. */
export function describeFunctionWhole(
  stored: StoredFunction,
  reserved: number | undefined,
): GetFunctionResponse {
  return {
    Configuration: describeFunction(stored),
    Code: { RepositoryType: 'S3', Location: `file://${stored.code.folder}` },
    ...(stored.tags.size > 0 && { Tags: Object.fromEntries(stored.tags) }),
    ...(reserved !== undefined && { Concurrency: { ReservedConcurrentExecutions: reserved } }),
  };
}

function checkRevision(stored: StoredFunction, revisionId: string | undefined): void {
  if (revisionId === undefined || revisionId === stored.revisionId) return;
  throw new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    { status: 412 },
  );
}

function architecturesOf(given: readonly string[] | undefined): readonly ('arm64' | 'x86_64')[] {
  const [architecture = 'x86_64', ...more] = given ?? [];
  if (more.length > 0 || (architecture !== 'arm64' && architecture !== 'x86_64')) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '[${given?.join(', ')}]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64]]`,
    );
  }
  return [architecture];
}
