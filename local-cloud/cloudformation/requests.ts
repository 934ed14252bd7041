import type { Capability, Parameter, Tag } from '@aws-sdk/client-cloudformation';
import { AwsError, notSupported } from '../errors.ts';
import type { Call } from '../service.ts';
import { requireCapabilities } from './capabilities.ts';
import { asValidationError } from './errors.ts';
import type { StackServices } from './services.ts';
import type { Stack } from './stack.ts';
import { parse, type StackRequest, type Stacks } from './stacks.ts';
import { withStoredValues } from './stored-parameters.ts';
import { readTemplate, type Template } from './template.ts';
import { readTemplateUrl } from './template-url.ts';

/** What `CreateStack`, `UpdateStack` and `CreateChangeSet` have in common. */
export interface StackInput {
  StackName?: string;
  TemplateBody?: string;
  TemplateURL?: string;
  UsePreviousTemplate?: boolean;
  Parameters?: Parameter[];
  Tags?: Tag[];
  Capabilities?: Capability[];
  ResourceTypes?: string[];
  RoleARN?: string;
}

/** What it takes to read a request. */
export interface RequestTools {
  readonly services: StackServices;
  /** Whether a role exists that CloudFormation may assume. */
  trusted(roleArn: string): boolean;
}

/**
 * Members that would change what happens, and that are not here. IncludeNestedStacks asks for nothing: a nested stack
 * is refused as a resource.
 */
const REFUSED = [
  'DisableRollback',
  'OnFailure',
  'ResourcesToImport',
  'RollbackConfiguration',
  'StackPolicyBody',
  'StackPolicyURL',
  'StackPolicyDuringUpdateBody',
  'StackPolicyDuringUpdateURL',
  'ImportExistingResources',
  'RetainExceptOnCreate',
];

/**
 * Reads a request for a stack, with its template and what that takes from the parameter store.
 * @param existing the stack that is updated
 * @throws ValidationError, InsufficientCapabilitiesException, UnsupportedOperation
 */
export async function readRequest(
  input: StackInput,
  { services, trusted }: RequestTools,
  call: Call,
  existing?: Stack,
): Promise<StackRequest> {
  const members = input as Record<string, unknown>;
  const refused = REFUSED.find((name) => isAsked(members[name]));
  if (refused) throw notSupported(`${refused} of a stack`);
  const roleArn = checkRole(input.RoleARN ?? existing?.roleArn, trusted);
  const template = await templateOf(input, services, call, existing);
  try {
    const read = readTemplate(parse(template));
    checkTypes(read, input.ResourceTypes);
    requireCapabilities(read, input.Capabilities);
    const request = {
      stackName: required(input.StackName, 'stackName'),
      template,
      parameters: parametersOf(input.Parameters, existing),
      tags: input.Tags
        ? Object.fromEntries(input.Tags.map(({ Key, Value }) => [String(Key), Value ?? '']))
        : existing?.tags,
      roleArn,
      capabilities: input.Capabilities,
    };
    return await withStoredValues(request, services, call);
  } catch (error) {
    throw asValidationError(error);
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html; a URL may bring more. */
const LONGEST_BODY = 51_200;

/**
 * The template that a request brings, points to, or leaves as it is.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
 */
export async function templateOf(
  { TemplateBody, TemplateURL, UsePreviousTemplate }: StackInput,
  services: StackServices,
  call: Call,
  existing?: Stack,
): Promise<string> {
  if (TemplateBody && TemplateURL) {
    throw validationError('Specify only one of TemplateBody and TemplateURL.');
  }
  if (UsePreviousTemplate && existing) return existing.templateBody;
  if (TemplateBody && TemplateBody.length > LONGEST_BODY) {
    throw validationError(
      `1 validation error detected: Value '${TemplateBody}' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST_BODY}`,
    );
  }
  const template = TemplateURL ? await readTemplateUrl(TemplateURL, services, call) : TemplateBody;
  if (!template) throw validationError('Either Template URL or Template Body must be specified.');
  return template;
}

/**
 * A caller may say which types of resources a template may hold: a type, or all that begin alike (`AWS::SQS::*`).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 */
function checkTypes({ Resources }: Template, allowed: readonly string[] = []): void {
  if (allowed.length === 0) return;
  const isAllowed = (type: string) =>
    allowed.some((entry) => (entry.endsWith('::*') ? type.startsWith(entry.slice(0, -1)) : type === entry));
  const other = Object.values(Resources).find(({ Type }) => !isAllowed(Type));
  if (!other) return;
  throw validationError(
    `Resource type ${other.Type} is not allowed by parameter ResourceTypes [${allowed.join(', ')}]`,
  );
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html */
export function checkRole(roleArn: string | undefined, trusted: RequestTools['trusted']): string | undefined {
  if (!roleArn || trusted(roleArn)) return roleArn;
  throw validationError(`Role ${roleArn} is invalid or cannot be assumed`);
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

/** Operations do not agree on how they say that a stack is not there. */
const ABSENT = {
  id: (name: string) => `Stack with id ${name} does not exist`,
  brackets: (name: string) => `Stack [${name}] does not exist`,
  quotes: (name: string) => `Stack '${name}' does not exist`,
};

/** @throws ValidationError as AWS says that a stack is not there */
export function existingStack(
  stacks: Stacks,
  name: string | undefined,
  absent: keyof typeof ABSENT = 'id',
): Stack {
  const stack = stacks.find(required(name, 'stackName'));
  if (!stack) throw validationError(ABSENT[absent](String(name)));
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
