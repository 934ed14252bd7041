import type { CreateFunctionRequest, UpdateFunctionConfigurationRequest } from '@aws-sdk/client-lambda';
import { AwsError, notSupported } from '../../errors.ts';
import { type LogSettings, readLogSettings } from './log-settings.ts';

/** The part of a function's configuration that create and update share, with its defaults filled in. */
export interface FunctionSettings {
  description: string;
  runtime: string;
  handler: string;
  roleArn: string;
  timeoutSeconds: number;
  memoryMb: number;
  /** Undefined when nobody has ever given any, not even an empty set. */
  variables?: Readonly<Record<string, string>>;
  tracing: 'Active' | 'PassThrough';
  logging: LogSettings;
  ephemeralStorageMb: number;
  /** ARN of the queue for asynchronous events that are given up; empty when there is none. */
  deadLetterArn: string;
}

type SettingsInput = Partial<
  Omit<CreateFunctionRequest, 'FunctionName' | 'Code' | 'Role'> &
    Pick<UpdateFunctionConfigurationRequest, 'Role'>
>;

/** Promise handlers on nodejs24.x; the others still run. Learners' code runs on their own Node, whatever this says. */
const RUNTIMES = ['nodejs24.x', 'nodejs22.x', 'nodejs20.x'];

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated */
const ENDED_RUNTIMES = new Set([
  ...['nodejs', 'nodejs4.3', 'nodejs6.10', 'nodejs8.10', 'nodejs10.x', 'nodejs12.x', 'nodejs14.x'],
  ...['nodejs16.x', 'nodejs18.x', 'python2.7', 'python3.6', 'python3.7', 'python3.8', 'java8', 'ruby2.5'],
  ...['ruby2.7', 'dotnetcore1.0', 'dotnetcore2.0', 'dotnetcore2.1', 'dotnetcore3.1', 'go1.x', 'provided'],
]);

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const DEFAULTS = { Timeout: 3, MemorySize: 128, EphemeralStorage: 512 };

const LONGEST_DESCRIPTION = 256;
const LONGEST_HANDLER = 128;

const ROLE = /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** Variables that Lambda sets itself and lets nobody set. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const RESERVED_VARIABLES = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

/** All variables together. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LARGEST_VARIABLES_BYTES = 4096;

/**
 * Reads settings, keeping what `current` has where the input is silent.
 * @param functionName for the default log group
 * @throws AwsError InvalidParameterValueException or ValidationException in Lambda's words; UnsupportedOperation by name
 */
export function readSettings(
  functionName: string,
  input: SettingsInput,
  current?: FunctionSettings,
): FunctionSettings {
  checkEnums(input);
  refuseUnsupported(input);
  const settings: FunctionSettings = {
    description: input.Description ?? current?.description ?? '',
    runtime: input.Runtime ?? current?.runtime ?? '',
    handler: input.Handler ?? current?.handler ?? '',
    roleArn: input.Role ?? current?.roleArn ?? '',
    timeoutSeconds: input.Timeout ?? current?.timeoutSeconds ?? DEFAULTS.Timeout,
    memoryMb: input.MemorySize ?? current?.memoryMb ?? DEFAULTS.MemorySize,
    variables: input.Environment ? (input.Environment.Variables ?? {}) : current?.variables,
    tracing: input.TracingConfig?.Mode ?? current?.tracing ?? 'PassThrough',
    logging: readLogSettings(functionName, input.LoggingConfig, current?.logging),
    ephemeralStorageMb:
      input.EphemeralStorage?.Size ?? current?.ephemeralStorageMb ?? DEFAULTS.EphemeralStorage,
    // Only an empty ARN takes the queue away.
    deadLetterArn: input.DeadLetterConfig?.TargetArn ?? current?.deadLetterArn ?? '',
  };
  validate(settings);
  // https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-runtimes: Node.js is none of them.
  if (input.SnapStart?.ApplyOn === 'PublishedVersions') {
    throw invalid(`${settings.runtime} is not supported for SnapStart enabled functions.`);
  }
  return settings;
}

function refuseUnsupported(input: SettingsInput): void {
  const refused: Record<string, unknown> = {
    'PackageType Image': input.PackageType === 'Image',
    Layers: input.Layers?.length,
    VpcConfig: input.VpcConfig?.SubnetIds?.length,
    FileSystemConfigs: input.FileSystemConfigs?.length,
    ImageConfig: input.ImageConfig,
    KMSKeyArn: input.KMSKeyArn,
    CodeSigningConfigArn: input.CodeSigningConfigArn,
    DurableConfig: input.DurableConfig,
    CapacityProviderConfig: input.CapacityProviderConfig,
    TenancyConfig: input.TenancyConfig,
  };
  for (const [name, given] of Object.entries(refused)) if (given) throw notSupported(`Lambda's ${name}`);
}

/** What is one of some words. https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
function checkEnums(input: SettingsInput): void {
  oneOf('packageType', ['Image', 'Zip'], input.PackageType);
  oneOf('snapStart.applyOn', ['PublishedVersions', 'None'], input.SnapStart?.ApplyOn);
  oneOf('tracingConfig.mode', ['Active', 'PassThrough'], input.TracingConfig?.Mode);
}

function oneOf(member: string, words: readonly string[], value: string | undefined): void {
  if (value === undefined || words.includes(value)) return;
  throw constraint(value, member, `satisfy enum value set: [${words.join(', ')}]`);
}

function validate(settings: FunctionSettings): void {
  if (settings.description.length > LONGEST_DESCRIPTION) {
    throw constraint(
      settings.description,
      'description',
      `have length less than or equal to ${LONGEST_DESCRIPTION}`,
    );
  }
  if (settings.handler.length > LONGEST_HANDLER) {
    throw constraint(settings.handler, 'handler', `have length less than or equal to ${LONGEST_HANDLER}`);
  }
  if (/\s/.test(settings.handler)) {
    throw constraint(settings.handler, 'handler', 'satisfy regular expression pattern: [^\\s]+');
  }
  within('timeout', settings.timeoutSeconds, 1, 900);
  within('memorySize', settings.memoryMb, 128, 10_240);
  within('ephemeralStorage.size', settings.ephemeralStorageMb, 512, 10_240);
  if (ENDED_RUNTIMES.has(settings.runtime)) {
    throw invalid(
      `The runtime parameter of ${settings.runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  }
  if (!RUNTIMES.includes(settings.runtime)) {
    throw invalid(
      `Value ${settings.runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${RUNTIMES.join(', ')}] or be a valid ARN. The local cloud runs Node.js only.`,
    );
  }
  if (!settings.handler) {
    throw invalid(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
  if (!ROLE.test(settings.roleArn)) {
    const pattern = 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+';
    throw constraint(settings.roleArn, 'role', `satisfy regular expression pattern: ${pattern}`);
  }
  validateVariables(settings.variables ?? {});
}

function validateVariables(variables: Readonly<Record<string, string>>): void {
  const unusable = Object.keys(variables).find(
    (name) => !/^[A-Za-z][A-Za-z0-9_]+$/.test(name) && !RESERVED_VARIABLES.has(name),
  );
  if (unusable !== undefined) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]. The key is '${unusable}'.`,
    );
  }
  const reserved = Object.keys(variables).filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  if (variables.AWS_LAMBDA_EXEC_WRAPPER)
    throw notSupported("Lambda's wrapper scripts (AWS_LAMBDA_EXEC_WRAPPER)");
  const text = JSON.stringify(variables);
  if (Buffer.byteLength(text) > LARGEST_VARIABLES_BYTES) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${text}`,
    );
  }
}

function within(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const bound = value < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`;
  throw constraint(String(value), name, `have value ${bound}`);
}

function constraint(value: string, member: string, must: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${must}`,
  );
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
