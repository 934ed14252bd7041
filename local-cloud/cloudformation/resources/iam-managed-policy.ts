import { finishOrUndo, inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html */
export const iamManagedPolicy: ResourceType = {
  type: 'AWS::IAM::ManagedPolicy',
  properties: {
    Description: replacement,
    Groups: { ...notHere, except: [[]] },
    ManagedPolicyName: replacement,
    Path: replacement,
    PolicyDocument: { ...inPlace, required: true },
    Roles: inPlace,
    Users: { ...notHere, except: [[]] },
  },
  attributes: ['PolicyArn', 'PolicyId'],
  nameProperty: 'ManagedPolicyName',

  async create(properties, context) {
    const { services, call, newName } = context;
    const { Policy } = await services.iam.CreatePolicy(
      {
        PolicyName: properties.text('ManagedPolicyName') ?? newName(128),
        PolicyDocument: properties.json('PolicyDocument'),
        Path: properties.text('Path'),
        Description: properties.text('Description'),
      },
      call(),
    );
    const PolicyArn = Policy?.Arn ?? '';
    await finishOrUndo(
      () => changeRoles(PolicyArn, [], properties.texts('Roles') ?? [], context),
      () => deletePolicy(PolicyArn, context),
    );
    return { physicalId: PolicyArn, attributes: { PolicyArn, PolicyId: Policy?.PolicyId } };
  },

  async update(current, properties, previous, context) {
    const PolicyArn = current.physicalId;
    const PolicyDocument = properties.json('PolicyDocument');
    if (PolicyDocument !== previous.json('PolicyDocument')) {
      await makeRoom(PolicyArn, context);
      await context.services.iam.CreatePolicyVersion(
        { PolicyArn, PolicyDocument, SetAsDefault: true },
        context.call(),
      );
    }
    await changeRoles(PolicyArn, previous.texts('Roles') ?? [], properties.texts('Roles') ?? [], context);
    return current;
  },

  delete: ({ physicalId }, _, context) => deletePolicy(physicalId, context),
};

async function deletePolicy(PolicyArn: string, context: ResourceContext): Promise<void> {
  const { services, call } = context;
  const { PolicyRoles = [] } = await services.iam.ListEntitiesForPolicy({ PolicyArn }, call());
  const roles = PolicyRoles.map(({ RoleName }) => RoleName ?? '');
  await changeRoles(PolicyArn, roles, [], context);
  const { Versions = [] } = await services.iam.ListPolicyVersions({ PolicyArn }, call());
  for (const { VersionId, IsDefaultVersion } of Versions) {
    if (!IsDefaultVersion) await services.iam.DeletePolicyVersion({ PolicyArn, VersionId }, call());
  }
  await services.iam.DeletePolicy({ PolicyArn }, call());
}

/** IAM keeps five versions: the oldest that is not in use makes room. */
async function makeRoom(PolicyArn: string, { services, call }: ResourceContext): Promise<void> {
  const { Versions = [] } = await services.iam.ListPolicyVersions({ PolicyArn }, call());
  const oldest = Versions.findLast(({ IsDefaultVersion }) => !IsDefaultVersion);
  if (Versions.length < 5 || !oldest) return;
  await services.iam.DeletePolicyVersion({ PolicyArn, VersionId: oldest.VersionId }, call());
}

async function changeRoles(
  PolicyArn: string,
  before: readonly string[],
  after: readonly string[],
  { services, call }: ResourceContext,
): Promise<void> {
  for (const RoleName of after) {
    if (!before.includes(RoleName)) await services.iam.AttachRolePolicy({ RoleName, PolicyArn }, call());
  }
  for (const RoleName of before) {
    if (!after.includes(RoleName)) await services.iam.DetachRolePolicy({ RoleName, PolicyArn }, call());
  }
}
