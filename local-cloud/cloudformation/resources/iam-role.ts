import { type PropertyReader, tagChanges, tagList } from '../properties.ts';
import { finishOrUndo, inPlace, notHere, type ResourceType, replacement } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
export const iamRole: ResourceType = {
  type: 'AWS::IAM::Role',
  properties: {
    AssumeRolePolicyDocument: { ...inPlace, required: true },
    Description: inPlace,
    ManagedPolicyArns: inPlace,
    MaxSessionDuration: inPlace,
    Path: replacement,
    PermissionsBoundary: notHere,
    Policies: inPlace,
    RoleName: replacement,
    Tags: inPlace,
  },
  attributes: ['Arn', 'RoleId'],
  nameProperty: 'RoleName',

  async create(properties, context) {
    const { services, call, newName } = context;
    const { Role } = await services.iam.CreateRole(
      {
        RoleName: properties.text('RoleName') ?? newName(64),
        AssumeRolePolicyDocument: properties.json('AssumeRolePolicyDocument'),
        Path: properties.text('Path'),
        Description: properties.text('Description') ?? '',
        MaxSessionDuration: properties.integer('MaxSessionDuration'),
        Tags: tagList(properties.tags()),
      },
      call(),
    );
    const RoleName = Role?.RoleName ?? '';
    await finishOrUndo(
      () => changePolicies(RoleName, NOTHING, policiesOf(properties), context),
      () => deleteRole(RoleName, context),
    );
    return { physicalId: RoleName, attributes: { Arn: Role?.Arn, RoleId: Role?.RoleId } };
  },

  async update(current, properties, previous, context) {
    const RoleName = current.physicalId;
    const { services, call } = context;
    await services.iam.UpdateAssumeRolePolicy(
      { RoleName, PolicyDocument: properties.json('AssumeRolePolicyDocument') },
      call(),
    );
    await services.iam.UpdateRole(
      {
        RoleName,
        Description: properties.text('Description') ?? '',
        MaxSessionDuration: properties.integer('MaxSessionDuration') ?? 3600,
      },
      call(),
    );
    await changePolicies(RoleName, policiesOf(previous), policiesOf(properties), context);
    const tags = tagChanges(previous.tags(), properties.tags());
    await services.iam.TagRole({ RoleName, Tags: tagList(tags.set) }, call());
    await services.iam.UntagRole({ RoleName, TagKeys: tags.remove }, call());
    return current;
  },

  delete: ({ physicalId }, _, context) => deleteRole(physicalId, context),
};

async function deleteRole(RoleName: string, context: ResourceContext): Promise<void> {
  await changePolicies(RoleName, await policiesInIam(RoleName, context), NOTHING, context);
  await context.services.iam.DeleteRole({ RoleName }, context.call());
}

/** Inline policies by name, and ARNs of managed policies. */
interface Policies {
  inline: ReadonlyMap<string, string>;
  managed: readonly string[];
}

const NOTHING: Policies = { inline: new Map(), managed: [] };

function policiesOf(properties: PropertyReader): Policies {
  const inline = properties.value<{ PolicyName?: unknown; PolicyDocument?: unknown }[]>('Policies') ?? [];
  return {
    inline: new Map(
      inline.map(({ PolicyName, PolicyDocument }) => [String(PolicyName), JSON.stringify(PolicyDocument)]),
    ),
    managed: properties.texts('ManagedPolicyArns') ?? [],
  };
}

async function policiesInIam(RoleName: string, { services, call }: ResourceContext): Promise<Policies> {
  const { PolicyNames = [] } = await services.iam.ListRolePolicies({ RoleName }, call());
  const { AttachedPolicies = [] } = await services.iam.ListAttachedRolePolicies({ RoleName }, call());
  return {
    inline: new Map(PolicyNames.map((name) => [name, ''])),
    managed: AttachedPolicies.map(({ PolicyArn }) => PolicyArn ?? ''),
  };
}

async function changePolicies(
  RoleName: string,
  before: Policies,
  after: Policies,
  { services, call }: ResourceContext,
): Promise<void> {
  for (const PolicyArn of after.managed) {
    if (!before.managed.includes(PolicyArn))
      await services.iam.AttachRolePolicy({ RoleName, PolicyArn }, call());
  }
  for (const [PolicyName, PolicyDocument] of after.inline) {
    if (before.inline.get(PolicyName) === PolicyDocument) continue;
    await services.iam.PutRolePolicy({ RoleName, PolicyName, PolicyDocument }, call());
  }
  for (const PolicyArn of before.managed) {
    if (!after.managed.includes(PolicyArn))
      await services.iam.DetachRolePolicy({ RoleName, PolicyArn }, call());
  }
  for (const PolicyName of before.inline.keys()) {
    if (!after.inline.has(PolicyName)) await services.iam.DeleteRolePolicy({ RoleName, PolicyName }, call());
  }
}
