import type { Capability } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../errors.ts';
import type { Template } from './template.ts';

const NAME_OF_IAM_RESOURCE: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Policy': '',
};

/**
 * What a caller must acknowledge before a template may change what is allowed in the account.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 */
export function capabilitiesOf(template: Template): Capability[] {
  const iam = Object.values(template.Resources).filter(({ Type }) =>
    Object.hasOwn(NAME_OF_IAM_RESOURCE, Type),
  );
  if (iam.length === 0) return [];
  const named = iam.some(
    ({ Type, Properties }) => Properties[NAME_OF_IAM_RESOURCE[Type] as string] !== undefined,
  );
  return [named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'];
}

/** @throws InsufficientCapabilitiesException */
export function requireCapabilities(template: Template, given: readonly Capability[] = []): void {
  const [needed] = capabilitiesOf(template);
  if (!needed || given.includes('CAPABILITY_NAMED_IAM') || given.includes(needed)) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
}
