import { AwsError } from '../../errors.ts';
import type { PropertyReader } from '../properties.ts';
import { tagChanges } from '../properties.ts';
import { inPlace, notHere, type Provisioned, type ResourceType, replacement } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html */
export const ssmParameter: ResourceType = {
  type: 'AWS::SSM::Parameter',
  properties: {
    AllowedPattern: inPlace,
    DataType: { ...notHere, except: ['text'] },
    Description: inPlace,
    Name: replacement,
    Policies: notHere,
    Tags: inPlace,
    Tier: inPlace,
    Type: { ...inPlace, required: true },
    Value: { ...inPlace, required: true },
  },
  attributes: ['Type', 'Value'],
  nameProperty: 'Name',

  async create(properties, context) {
    const { services, call, newName, logicalId } = context;
    const Name = properties.text('Name') ?? generatedName(logicalId, newName(1011));
    const tags = Object.entries(tagsOf(properties)).map(([Key, Value]) => ({ Key, Value }));
    await services.ssm.PutParameter(
      { ...inputOf(Name, properties), ...(tags.length > 0 && { Tags: tags }) },
      call(),
    );
    return provisioned(Name, properties);
  },

  async update(current, properties, previous, { services, call }) {
    const Name = current.physicalId;
    await services.ssm.PutParameter({ ...inputOf(Name, properties), Overwrite: true }, call());
    const { set, remove } = tagChanges(tagsOf(previous), tagsOf(properties));
    const parameter = { ResourceType: 'Parameter', ResourceId: Name } as const;
    if (Object.keys(set).length > 0) {
      const Tags = Object.entries(set).map(([Key, Value]) => ({ Key, Value }));
      await services.ssm.AddTagsToResource({ ...parameter, Tags }, call());
    }
    if (remove.length > 0) {
      await services.ssm.RemoveTagsFromResource({ ...parameter, TagKeys: remove }, call());
    }
    return provisioned(Name, properties);
  },

  async delete({ physicalId }, _, { services, call }: ResourceContext) {
    await services.ssm.DeleteParameter({ Name: physicalId }, call());
  },
};

/** Names that AWS makes for parameters begin with `CFN`, not with the stack's name: `CFN-Name-4tNP69dd8iSL`. */
function generatedName(logicalId: string, name: string): string {
  return `CFN-${logicalId}${name.slice(name.lastIndexOf('-'))}`;
}

function inputOf(Name: string, properties: PropertyReader) {
  const Type = properties.requiredText('Type');
  if (Type !== 'String' && Type !== 'StringList') {
    // A template shows its values: SecureStrings cannot be made with it, on AWS either.
    throw new AwsError('ValidationException', `The type ${Type} is not one of String, StringList.`);
  }
  const Tier = properties.text('Tier') as 'Standard' | 'Advanced' | 'Intelligent-Tiering' | undefined;
  return {
    Name,
    Type,
    Value: properties.requiredText('Value'),
    Description: properties.text('Description') ?? '',
    ...(properties.text('AllowedPattern') && { AllowedPattern: properties.text('AllowedPattern') }),
    ...(Tier && { Tier }),
  } as const;
}

/** Tags of this type are a map, not a list of keys and values; the stack's tags come as such a list. */
function tagsOf(properties: PropertyReader): Record<string, string> {
  const tags = properties.value<Record<string, unknown>>('Tags') ?? {};
  if (Array.isArray(tags)) return properties.tags();
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}

function provisioned(physicalId: string, properties: PropertyReader): Provisioned {
  return {
    physicalId,
    attributes: { Type: properties.text('Type'), Value: properties.text('Value') },
  };
}
