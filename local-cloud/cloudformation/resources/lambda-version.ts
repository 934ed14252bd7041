import { AwsError } from '../../errors.ts';
import {
  finishOrUndo,
  inPlace,
  notHere,
  type Provisioned,
  type ResourceType,
  replacement,
} from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';
import { provisionedConcurrencyRule, setProvisionedConcurrency } from './lambda-provisioned-concurrency.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html */
export const lambdaVersion: ResourceType = {
  type: 'AWS::Lambda::Version',
  properties: {
    CodeSha256: replacement,
    Description: replacement,
    FunctionName: { ...replacement, required: true },
    FunctionScalingConfig: notHere,
    ProvisionedConcurrencyConfig: { ...inPlace, ...provisionedConcurrencyRule },
    RuntimePolicy: { ...notHere, except: [{ UpdateRuntimeOn: 'Auto' }] },
  },
  attributes: ['FunctionArn', 'Version'],

  async create(properties, context) {
    const { services, call } = context;
    const FunctionName = properties.requiredText('FunctionName');
    const known = await versionsOf(FunctionName, context);
    const { FunctionArn = '', Version = '' } = await services.lambda.PublishVersion(
      {
        FunctionName,
        CodeSha256: properties.text('CodeSha256'),
        Description: properties.text('Description'),
      },
      call(),
    );
    // Nothing has changed since: https://repost.aws/knowledge-center/cloudformation-lambda-function-version
    if (known.includes(Version)) {
      throw new AwsError(
        'AlreadyExists',
        `A version for this Lambda function exists ( ${Version} ). Modify the function to create a new version.`,
      );
    }
    const made = { physicalId: FunctionArn, attributes: { FunctionArn, Version } };
    const target = qualified(made);
    await finishOrUndo(
      () => setProvisionedConcurrency(target, properties, undefined, context),
      async () => services.lambda.DeleteFunction(target, call()),
    );
    return made;
  },

  async update(current, properties, previous, context) {
    await setProvisionedConcurrency(qualified(current), properties, previous, context);
    return current;
  },

  async delete(current, _, { services, call }) {
    await services.lambda.DeleteFunction(qualified(current), call());
  },
};

async function versionsOf(FunctionName: string, { services, call }: ResourceContext): Promise<string[]> {
  const versions: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await services.lambda.ListVersionsByFunction({ FunctionName, Marker }, call());
    versions.push(...(page.Versions ?? []).map(({ Version = '' }) => Version));
    Marker = page.NextMarker;
  } while (Marker);
  return versions;
}

/** The function's ARN, and the version behind it. */
function qualified({ physicalId }: Provisioned): { FunctionName: string; Qualifier: string } {
  const end = physicalId.lastIndexOf(':');
  return { FunctionName: physicalId.slice(0, end), Qualifier: physicalId.slice(end + 1) };
}
