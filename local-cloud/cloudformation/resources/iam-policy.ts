import type { PropertyReader } from '../properties.ts';
import { inPlace, notHere, type ResourceType } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html */
export const iamPolicy: ResourceType = {
  type: 'AWS::IAM::Policy',
  properties: {
    Groups: { ...notHere, except: [[]] },
    PolicyDocument: { ...inPlace, required: true },
    PolicyName: { ...inPlace, required: true },
    Roles: inPlace,
    Users: { ...notHere, except: [[]] },
  },
  attributes: ['Id'],

  async create(properties, context) {
    await put(properties, context);
    return provisionedOf(properties);
  },

  async update(_, properties, previous, context) {
    await put(properties, context);
    const kept = new Set(placesOf(properties));
    await remove(
      placesOf(previous).filter((place) => !kept.has(place)),
      context,
    );
    return provisionedOf(properties);
  },

  async delete(_, properties, context) {
    await remove(placesOf(properties), context);
  },
};

function provisionedOf(properties: PropertyReader) {
  const name = properties.requiredText('PolicyName');
  return { physicalId: name, attributes: { Id: name } };
}

async function put(properties: PropertyReader, { services, call }: ResourceContext): Promise<void> {
  const PolicyName = properties.requiredText('PolicyName');
  const PolicyDocument = properties.json('PolicyDocument');
  for (const RoleName of properties.texts('Roles') ?? []) {
    await services.iam.PutRolePolicy({ RoleName, PolicyName, PolicyDocument }, call());
  }
}

/** Where the policy hangs: `<role> <policy>`; neither name can hold a space. */
function placesOf(properties: PropertyReader): string[] {
  const name = properties.requiredText('PolicyName');
  return (properties.texts('Roles') ?? []).map((role) => `${role} ${name}`);
}

async function remove(places: readonly string[], { services, call }: ResourceContext): Promise<void> {
  for (const place of places) {
    const [RoleName, PolicyName] = place.split(' ');
    await services.iam.DeleteRolePolicy({ RoleName, PolicyName }, call());
  }
}
