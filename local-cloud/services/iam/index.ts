import type { Policy } from '../../iam/policy.ts';
import { arnOf, type Cloud, type Permission, type Permissions, type Service } from '../../service.ts';
import { createPolicyOperations } from './policies.ts';
import { createRoleOperations } from './roles.ts';
import { createIamState, type IamState } from './state.ts';

export type IamOperations = ReturnType<typeof createRoleOperations> &
  ReturnType<typeof createPolicyOperations>;

export type Iam = Service<IamOperations> & {
  /** What a role's own policies are; none when the role is gone. */
  policiesOf(roleArn: string): readonly Policy[];
  /** Who may assume a role; undefined when there is no such role. */
  trustPolicyOf(roleArn: string): Policy | undefined;
  /** The longest session of a role, in seconds, and its id; undefined when there is no such role. */
  sessionRuleOf(roleArn: string): { roleId: string; maxSessionSeconds: number } | undefined;
};

/**
 * Makes the account's IAM: roles with inline and managed policies. Users, groups and boundaries are refused by name.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html
 */
export function createIam(cloud: Cloud): Iam {
  const state = createIamState(cloud);
  const operations = { ...createRoleOperations(cloud, state), ...createPolicyOperations(cloud, state) };
  return {
    name: 'iam',
    operations,
    permissions: permissionsOf(cloud, state, operations),
    accessDenied: { code: 'AccessDenied', status: 403 },
    policiesOf(roleArn) {
      const role = roleOf(state, roleArn);
      if (!role) return [];
      return [
        ...[...role.inline.values()].map(({ policy }) => policy),
        ...[...role.attached].flatMap((arn) => {
          const { versions, defaultVersion } = state.policy(arn);
          return versions.get(defaultVersion)?.policy ?? [];
        }),
      ];
    },
    trustPolicyOf: (roleArn) => roleOf(state, roleArn)?.trust.policy,
    sessionRuleOf(roleArn) {
      const role = roleOf(state, roleArn);
      return role && { roleId: role.id, maxSessionSeconds: role.maxSessionSeconds };
    },
  };
}

function roleOf(state: IamState, roleArn: string) {
  const role = state.roles.get(roleArn.slice(roleArn.lastIndexOf('/') + 1));
  return role?.arn === roleArn ? role : undefined;
}

/**
 * Each operation needs the action of its name, on the role or the policy that it names.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
function permissionsOf(cloud: Cloud, state: IamState, operations: IamOperations): Permissions<IamOperations> {
  const resourceOf = (input: {
    RoleName?: string;
    PolicyArn?: string;
    PolicyName?: string;
    Path?: string;
  }) => {
    const { RoleName, PolicyArn, PolicyName, Path = '/' } = input;
    if (RoleName) return state.roles.get(RoleName)?.arn ?? arnOf(cloud, 'iam', `role${Path}${RoleName}`);
    if (PolicyArn) return PolicyArn;
    return PolicyName ? arnOf(cloud, 'iam', `policy${Path}${PolicyName}`) : '*';
  };
  const permissions = Object.keys(operations).map((name) => [
    name,
    (input: object): readonly Permission[] => [{ action: `iam:${name}`, resource: resourceOf(input) }],
  ]);
  return Object.fromEntries(permissions) as Permissions<IamOperations>;
}
