import { accountPrincipal } from '../iam/credentials.ts';
import type { Call, Cloud, Service } from '../service.ts';
import { type CloudFormationOperations, createOperations } from './operations.ts';
import { createPermissions } from './permissions.ts';
import type { StackServices } from './services.ts';
import { createStacks, type StackRequest } from './stacks.ts';

export { DeployError } from './errors.ts';

export type DeployRequest = StackRequest;

/** A stack as it was deployed. */
export interface Deployment {
  readonly stackId: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** By logical id. */
  readonly resources: Readonly<Record<string, { type: string; physicalId: string }>>;
}

export interface CloudFormation extends Service<CloudFormationOperations> {
  /**
   * Deploys a template in this process and waits until it is done: creates the stack, or updates it.
   * @throws DeployError, which says whose fault it is, and names the resource where it is one's
   */
  deployTemplate(request: DeployRequest): Promise<Deployment>;
  /**
   * Deletes a stack and waits until it is gone. That there is none is not a failure.
   * @throws DeployError of the first resource that could not be deleted
   */
  deleteStack(stackName: string): Promise<void>;
}

/**
 * Makes the account's CloudFormation.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/Welcome.html
 * @param services guarded operations, through which all resources are made
 * @param trusted whether a role exists that CloudFormation may assume
 */
export function createCloudFormation(
  cloud: Cloud,
  services: StackServices,
  trusted: (roleArn: string) => boolean,
): CloudFormation {
  const stacks = createStacks(cloud, services);
  const operations = createOperations(cloud, stacks, { services, trusted });
  const ownCall = (): Call => ({
    principal: accountPrincipal(cloud),
    requestId: cloud.uuid(),
    signal: new AbortController().signal,
  });
  return {
    name: 'cloudformation',
    operations,
    permissions: createPermissions(cloud, stacks, operations),
    accessDenied: { code: 'AccessDenied', status: 403 },

    async deployTemplate(request) {
      const stack = await stacks.deploy(request, ownCall());
      return {
        stackId: stack.id,
        outputs: Object.fromEntries(stack.outputs.map(({ name, value }) => [name, value])),
        resources: Object.fromEntries(
          [...stack.resources].map(([id, { type, physicalId }]) => [id, { type: type.type, physicalId }]),
        ),
      };
    },

    async deleteStack(stackName) {
      const stack = stacks.find(stackName);
      if (stack && stack.status !== 'DELETE_COMPLETE') await stacks.destroy(stack, ownCall());
    },
  };
}
