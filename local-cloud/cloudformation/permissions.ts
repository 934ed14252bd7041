import { arnOf, type Cloud, type Permission, type Permissions } from '../service.ts';
import type { CloudFormationOperations } from './operations.ts';
import type { Stacks } from './stacks.ts';

/** Operations that are not about one stack. */
const GENERAL = new Set(['ListStacks', 'ValidateTemplate', 'ListExports']);

/**
 * Each operation needs the action of its name, on the stack that it names.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
 */
export function createPermissions(
  cloud: Cloud,
  stacks: Stacks,
  operations: CloudFormationOperations,
): Permissions<CloudFormationOperations> {
  const stackArn = ({ StackName }: { StackName?: string }) => {
    if (!StackName) return '*';
    return stacks.find(StackName)?.id ?? arnOf(cloud, 'cloudformation', `stack/${StackName}/*`);
  };
  const entries = Object.keys(operations).map((name) => [
    name,
    (input: { StackName?: string; RoleARN?: string }): readonly Permission[] => [
      { action: `cloudformation:${name}`, resource: GENERAL.has(name) ? '*' : stackArn(input) },
      // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
      ...(input.RoleARN
        ? [
            {
              action: 'iam:PassRole',
              resource: input.RoleARN,
              context: { 'iam:passedtoservice': 'cloudformation.amazonaws.com' },
            },
          ]
        : []),
    ],
  ]);
  return Object.fromEntries(entries) as Permissions<CloudFormationOperations>;
}
