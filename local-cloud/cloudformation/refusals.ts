import { AwsError } from '../errors.ts';
import { DeployError, templateError } from './errors.ts';
import type { Plan } from './plan.ts';
import type { Stack, StackResource } from './stack.ts';

/** Two resources cannot have one name, not even while one replaces the other. */
export function refuseNamedReplacement(previous: StackResource, properties: Record<string, unknown>): void {
  const { nameProperty, type } = previous.type;
  const name = nameProperty && properties[nameProperty];
  if (name === undefined || name !== previous.properties[nameProperty as string]) return;
  throw new DeployError(
    'refused',
    `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${String(name)} and update the stack again.`,
    { logicalId: previous.logicalId, resourceType: type },
  );
}

/** The codes with which services say that something is not there. */
const GONE = ['QueueDoesNotExist', 'ResourceNotFoundException', 'NoSuchEntityException', 'ResourceNotFound'];

export function isGone(error: unknown): boolean {
  return error instanceof Error && GONE.includes(error.name);
}

/** A service's refusal as the events of a stack tell it. */
export function reasonOf(cause: unknown, resourceType: string): string {
  if (!(cause instanceof AwsError)) return cause instanceof Error ? cause.message : String(cause);
  const service = resourceType.split('::')[1];
  return `Resource handler returned message: "${cause.message} (Service: ${service}, Status Code: ${cause.status})" (HandlerErrorCode: ${cause.name})`;
}

/** A template cannot turn one resource into another type under the same logical id. */
export function refuseTypeChanges(stack: Stack, plan: Plan): void {
  const changed = plan.levels.flat().filter((id) => {
    const previous = stack.resources.get(id);
    return previous && previous.type !== plan.resource(id).type;
  });
  if (changed.length === 0) return;
  throw templateError(
    `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${changed.join(', ')}]`,
  );
}
