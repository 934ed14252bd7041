import { isDeepStrictEqual } from 'node:util';
import type {
  CreateFunctionRequest,
  FunctionCode,
  FunctionConfiguration,
  RecursiveLoop,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { type PropertyReader, readProperties, tagChanges } from '../properties.ts';
import {
  finishOrUndo,
  inPlace,
  notHere,
  type Provisioned,
  type ResourceType,
  replacement,
} from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html */
export const lambdaFunction: ResourceType = {
  type: 'AWS::Lambda::Function',
  properties: {
    Architectures: inPlace,
    CapacityProviderConfig: notHere,
    Code: { ...inPlace, required: true, members: ['S3Bucket', 'S3Key', 'S3ObjectVersion', 'ZipFile'] },
    CodeSigningConfigArn: notHere,
    DeadLetterConfig: inPlace,
    Description: inPlace,
    DurableConfig: notHere,
    Environment: inPlace,
    EphemeralStorage: inPlace,
    FileSystemConfigs: notHere,
    FunctionName: replacement,
    FunctionScalingConfig: notHere,
    Handler: inPlace,
    ImageConfig: notHere,
    KmsKeyArn: notHere,
    Layers: { ...notHere, except: [[]] },
    LoggingConfig: inPlace,
    MemorySize: inPlace,
    PackageType: { ...notHere, except: ['Zip'] },
    PublishToLatestPublished: notHere,
    RecursiveLoop: inPlace,
    ReservedConcurrentExecutions: inPlace,
    Role: { ...inPlace, required: true },
    Runtime: inPlace,
    RuntimeManagementConfig: { ...notHere, except: [{ UpdateRuntimeOn: 'Auto' }] },
    SnapStart: { ...notHere, except: [{ ApplyOn: 'None' }] },
    Tags: inPlace,
    TenancyConfig: notHere,
    Timeout: inPlace,
    TracingConfig: inPlace,
    VpcConfig: notHere,
  },
  attributes: ['Arn'],
  nameProperty: 'FunctionName',

  async create(properties, context) {
    const { services, call, newName } = context;
    const created = await services.lambda.CreateFunction(
      {
        ...settingsOf(properties),
        FunctionName: properties.text('FunctionName') ?? newName(64),
        Role: properties.requiredText('Role'),
        Code: codeOf(properties),
        Architectures: properties.value('Architectures'),
        Tags: { ...properties.tags(), ...ownTags(context) },
      },
      call(),
    );
    const provisioned = provisionedOf(created);
    const FunctionName = provisioned.physicalId;
    await finishOrUndo(
      async () => {
        await setConcurrency(FunctionName, properties, context);
        await setRecursion(FunctionName, properties, undefined, context);
      },
      async () => services.lambda.DeleteFunction({ FunctionName }, call()),
    );
    return provisioned;
  },

  async update(current, properties, previous, context) {
    const FunctionName = current.physicalId;
    const { services, call } = context;
    const architectures = properties.value<CreateFunctionRequest['Architectures']>('Architectures');
    const codeChanged =
      !isDeepStrictEqual(properties.all.Code, previous.all.Code) ||
      !isDeepStrictEqual(properties.all.Architectures, previous.all.Architectures);
    if (codeChanged) {
      await services.lambda.UpdateFunctionCode(
        { FunctionName, ...codeOf(properties), Architectures: architectures ?? ['x86_64'] },
        call(),
      );
    }
    const settings = { ...settingsOf(properties), Role: properties.text('Role') };
    if (!isDeepStrictEqual(settings, { ...settingsOf(previous), Role: previous.text('Role') })) {
      await services.lambda.UpdateFunctionConfiguration(
        { FunctionName, ...withDefaults(FunctionName, settings) },
        call(),
      );
    }
    if (!isDeepStrictEqual(concurrencyOf(properties), concurrencyOf(previous))) {
      await setConcurrency(FunctionName, properties, context, concurrencyOf(previous));
    }
    await setRecursion(FunctionName, properties, previous, context);
    const tags = tagChanges(previous.tags(), properties.tags());
    const Resource = String(current.attributes.Arn);
    if (Object.keys(tags.set).length > 0) {
      await services.lambda.TagResource({ Resource, Tags: tags.set }, call());
    }
    if (tags.remove.length > 0) {
      await services.lambda.UntagResource({ Resource, TagKeys: tags.remove }, call());
    }
    return current;
  },

  async delete({ physicalId }, _, { services, call }) {
    await services.lambda.DeleteFunction({ FunctionName: physicalId }, call());
  },
};

function provisionedOf({ FunctionName = '', FunctionArn }: FunctionConfiguration): Provisioned {
  return { physicalId: FunctionName, attributes: { Arn: FunctionArn } };
}

type Settings = Omit<UpdateFunctionConfigurationRequest, 'FunctionName' | 'Role'>;

/**
 * Tags that CloudFormation puts on what it makes, whatever the template says.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
 */
function ownTags({ stack, logicalId }: ResourceContext): Record<string, string> {
  return {
    'aws:cloudformation:logical-id': logicalId,
    'aws:cloudformation:stack-id': stack.id,
    'aws:cloudformation:stack-name': stack.name,
  };
}

function settingsOf(properties: PropertyReader): Settings {
  const storage = properties.value<Record<string, unknown>>('EphemeralStorage');
  const environment = properties.value<{ Variables?: Record<string, unknown> }>('Environment');
  const settings: Settings = {
    Runtime: runtimeOf(properties),
    Handler: properties.text('Handler'),
    Description: properties.text('Description'),
    Timeout: properties.integer('Timeout'),
    MemorySize: properties.integer('MemorySize'),
    Environment: environment && { Variables: textValues(environment.Variables ?? {}) },
    DeadLetterConfig: properties.value('DeadLetterConfig'),
    TracingConfig: properties.value('TracingConfig'),
    LoggingConfig: properties.value('LoggingConfig'),
    EphemeralStorage: storage && { Size: readProperties(storage).integer('Size') },
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** CDK's provider of `Custom::S3BucketNotifications` is in Python; it never runs here, so any runtime will do. */
function runtimeOf(properties: PropertyReader): Settings['Runtime'] {
  const isProvider = properties
    .text('Description')
    ?.startsWith('AWS CloudFormation handler for "Custom::S3BucketNotifications"');
  return (isProvider ? 'nodejs22.x' : properties.text('Runtime')) as Settings['Runtime'];
}

/** What a setting goes back to when its property is taken out of the template. */
function withDefaults(
  functionName: string,
  settings: Settings & { Role?: string },
): Settings & { Role?: string } {
  const inJson = settings.LoggingConfig?.LogFormat === 'JSON';
  return {
    Description: '',
    Timeout: 3,
    MemorySize: 128,
    Environment: { Variables: {} },
    DeadLetterConfig: { TargetArn: '' },
    TracingConfig: { Mode: 'PassThrough' },
    EphemeralStorage: { Size: 512 },
    ...settings,
    LoggingConfig: {
      LogFormat: 'Text',
      LogGroup: `/aws/lambda/${functionName}`,
      ...(inJson && { ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO' }),
      ...settings.LoggingConfig,
    },
  };
}

/**
 * Inline code becomes `index.js` in a zip.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
 */
function codeOf(properties: PropertyReader): FunctionCode {
  const code = properties.value<FunctionCode & { ZipFile?: unknown }>('Code') ?? {};
  if (typeof code.ZipFile !== 'string') return code;
  const extension = properties.text('Runtime')?.startsWith('python') ? 'py' : 'js';
  return { ZipFile: zipSync({ [`index.${extension}`]: strToU8(code.ZipFile) }) };
}

function concurrencyOf(properties: PropertyReader): number | undefined {
  return properties.integer('ReservedConcurrentExecutions');
}

async function setConcurrency(
  FunctionName: string,
  properties: PropertyReader,
  { services, call }: ResourceContext,
  before?: number,
): Promise<void> {
  const reserved = concurrencyOf(properties);
  if (reserved !== undefined) {
    await services.lambda.PutFunctionConcurrency(
      { FunctionName, ReservedConcurrentExecutions: reserved },
      call(),
    );
  } else if (before !== undefined) {
    await services.lambda.DeleteFunctionConcurrency({ FunctionName }, call());
  }
}

async function setRecursion(
  FunctionName: string,
  properties: PropertyReader,
  previous: PropertyReader | undefined,
  { services, call }: ResourceContext,
): Promise<void> {
  const wanted = properties.text('RecursiveLoop');
  if (wanted === previous?.text('RecursiveLoop')) return;
  const RecursiveLoop = (wanted ?? 'Terminate') as RecursiveLoop;
  await services.lambda.PutFunctionRecursionConfig({ FunctionName, RecursiveLoop }, call());
}

function textValues(values: Record<string, unknown>): Record<string, string> {
  const reader = readProperties(values);
  return Object.fromEntries(Object.keys(values).map((name) => [name, reader.requiredText(name)]));
}
