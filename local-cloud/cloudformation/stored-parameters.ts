import { AwsError } from '../errors.ts';
import type { Call } from '../service.ts';
import { DeployError } from './errors.ts';
import { notStored, storedNames } from './parameters.ts';
import type { StackServices } from './services.ts';
import { parse, type StackRequest } from './stacks.ts';
import { readTemplate } from './template.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const NAMES_PER_CALL = 10;

/**
 * Reads the SSM parameters whose names a template's parameters hold.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
 * @returns the request with their values
 * @throws DeployError when there is no such parameter or SSM refuses
 */
export async function withStoredValues(
  request: StackRequest,
  { ssm }: StackServices,
  call: Call,
): Promise<StackRequest> {
  const names = storedNames(readTemplate(parse(request.template)).Parameters, request.parameters ?? {});
  if (names.length === 0) return request;
  const stored: Record<string, string> = {};
  for (let from = 0; from < names.length; from += NAMES_PER_CALL) {
    const Names = names.slice(from, from + NAMES_PER_CALL);
    const { Parameters = [], InvalidParameters = [] } = await ssm
      .GetParameters({ Names }, call)
      .catch((error: unknown) => Promise.reject(asDeployError(error)));
    // A SecureString cannot be a parameter of a template: it would show.
    const secret = Parameters.filter(({ Type }) => Type === 'SecureString').map(({ Name = '' }) => Name);
    if (InvalidParameters.length + secret.length > 0) throw notStored([...InvalidParameters, ...secret]);
    for (const { Name = '', Selector = '', Value = '' } of Parameters) stored[Name + Selector] = Value;
  }
  return { ...request, stored };
}

function asDeployError(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  const kind = error.name === 'UnsupportedOperation' ? 'unsupported' : 'refused';
  return new DeployError(kind, error.message, { code: error.name });
}
