import type {
  GetTemplateSummaryOutput,
  ResourceIdentifierSummary,
  ValidateTemplateOutput,
} from '@aws-sdk/client-cloudformation';
import { capabilitiesOf } from './capabilities.ts';
import { some } from './descriptions.ts';
import type { Template } from './template.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html */
export function validatedTemplate(template: Template): ValidateTemplateOutput {
  return {
    Description: template.Description,
    Parameters: Object.entries(template.Parameters).map(
      ([ParameterKey, { Default, NoEcho, Description }]) => ({
        ParameterKey,
        DefaultValue: Default === undefined ? undefined : String(Default),
        NoEcho: String(NoEcho) === 'true',
        Description,
      }),
    ),
    ...capabilityMembers(template),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html */
export function templateSummary(template: Template): GetTemplateSummaryOutput {
  const types = [...new Set(Object.values(template.Resources).map(({ Type }) => Type))];
  return {
    Description: template.Description,
    Parameters: Object.entries(template.Parameters).map(([ParameterKey, parameter]) => ({
      ParameterKey,
      ParameterType: parameter.Type,
      DefaultValue: parameter.Default === undefined ? undefined : String(parameter.Default),
      NoEcho: String(parameter.NoEcho) === 'true',
      Description: parameter.Description,
      ParameterConstraints: { AllowedValues: parameter.AllowedValues?.map(String) },
    })),
    ...capabilityMembers(template),
    ResourceTypes: types,
    ...(template.Metadata !== undefined && { Metadata: metadataText(template.Metadata) }),
    Version: '2010-09-09',
    ResourceIdentifierSummaries: types.map((type) => identifiersOf(type, template)),
  };
}

function capabilityMembers(template: Template) {
  const Capabilities = some(capabilitiesOf(template));
  if (!Capabilities) return {};
  const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
  const iam = [...types].filter((type) => type.startsWith('AWS::IAM::'));
  return {
    Capabilities,
    CapabilitiesReason: `The following resource(s) require capabilities: [${iam.join(', ')}]`,
  };
}

/** What identifies a resource of a type, as the type's schema in the registry names it (`primaryIdentifier`). */
const IDENTIFIERS: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGatewayV2::Api': ['ApiId'],
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::DynamoDB::GlobalTable': ['TableName'],
  'AWS::DynamoDB::Table': ['TableName'],
  'AWS::Events::EventBus': ['Name'],
  'AWS::Events::Rule': ['Arn'],
  'AWS::IAM::ManagedPolicy': ['PolicyArn'],
  'AWS::IAM::Role': ['RoleName'],
  'AWS::Lambda::EventSourceMapping': ['Id'],
  'AWS::Lambda::Function': ['FunctionName'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::SQS::Queue': ['QueueUrl'],
  'AWS::SSM::Parameter': ['Name'],
};

function identifiersOf(type: string, { Resources }: Template): ResourceIdentifierSummary {
  const ofType = Object.entries(Resources).filter(([, { Type }]) => Type === type);
  return {
    ResourceType: type,
    LogicalResourceIds: ofType.map(([logicalId]) => logicalId),
    ResourceIdentifiers: some(IDENTIFIERS[type] ?? []),
  };
}

/** AWS writes the metadata not as JSON but with single quotes. */
function metadataText(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(metadataText).join(', ')}]`;
  const members = Object.entries(value).map(([name, member]) => `'${name}': ${metadataText(member)}`);
  return `{${members.join(', ')}}`;
}
