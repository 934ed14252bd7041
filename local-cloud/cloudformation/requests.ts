import type { Capability, Parameter, Tag } from '@aws-sdk/client-cloudformation';
import { AwsError, notSupported } from '../errors.ts';
import { requireCapabilities } from './capabilities.ts';
import { asValidationError } from './errors.ts';
import type { Stack } from './stack.ts';
import { parse, type StackRequest, type Stacks } from './stacks.ts';
import { readTemplate } from './template.ts';

/** What `CreateStack`, `UpdateStack` and `CreateChangeSet` have in common. */
export interface StackInput {
  StackName?: string;
  TemplateBody?: string;
  TemplateURL?: string;
  UsePreviousTemplate?: boolean;
  Parameters?: Parameter[];
  Tags?: Tag[];
  Capabilities?: Capability[];
}

/** Members that would change what happens, and that are not here. */
const REFUSED = [
  'DisableRollback',
  'OnFailure',
  'ResourcesToImport',
  'RollbackConfiguration',
  'StackPolicyBody',
  'StackPolicyURL',
  'StackPolicyDuringUpdateBody',
  'StackPolicyDuringUpdateURL',
  'ResourceTypes',
  'IncludeNestedStacks',
  'ImportExistingResources',
  'RetainExceptOnCreate',
];

/**
 * Reads a request for a stack.
 * @param existing the stack that is updated
 * @throws ValidationError, InsufficientCapabilitiesException, UnsupportedOperation
 */
export function readRequest(input: StackInput, existing?: Stack): StackRequest {
  const members = input as Record<string, unknown>;
  const refused = REFUSED.find((name) => isAsked(members[name]));
  if (refused) throw notSupported(`${refused} of a stack`);
  if (input.TemplateURL) throw notSupported('TemplateURL (pass TemplateBody)');
  const template = input.UsePreviousTemplate ? existing?.templateBody : input.TemplateBody;
  if (!template) throw validationError('Either Template URL or Template Body must be specified.');
  return asAws(() => {
    requireCapabilities(readTemplate(parse(template)), input.Capabilities);
    return {
      stackName: required(input.StackName, 'stackName'),
      template,
      parameters: parametersOf(input.Parameters, existing),
      tags: input.Tags
        ? Object.fromEntries(input.Tags.map(({ Key, Value }) => [String(Key), Value ?? '']))
        : existing?.tags,
    };
  });
}

/** `false`, an empty list or an empty structure asks for nothing. */
function isAsked(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function parametersOf(given: readonly Parameter[] = [], existing?: Stack): Record<string, string> {
  return Object.fromEntries(
    given.flatMap(({ ParameterKey = '', ParameterValue = '', UsePreviousValue }) => {
      if (!UsePreviousValue) return [[ParameterKey, ParameterValue]];
      const previous = existing?.parameters[ParameterKey];
      return previous === undefined ? [] : [[ParameterKey, previous]];
    }),
  );
}

/** @throws ValidationError as AWS says that a stack is not there */
export function existingStack(stacks: Stacks, name: string | undefined): Stack {
  const stack = stacks.find(required(name, 'stackName'));
  if (!stack) throw validationError(`Stack with id ${name} does not exist`);
  return stack;
}

/** Runs a step of the engine and answers its refusal as the API does. */
export function asAws<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw asValidationError(error);
  }
}

export function required(value: string | undefined, member: string): string {
  if (value) return value;
  throw validationError(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
