import type { Parameter } from '@aws-sdk/client-cloudformation';
import type { StoredValues } from './parameters.ts';
import type { Template } from './template.ts';

/**
 * All parameters of a template with the values that they have, as stacks and change sets tell them. The value of one
 * with `NoEcho` is not told.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 * @param given by name; the rest has its default
 * @param stored values of SSM parameters, by their names
 */
export function parameterShapes(
  template: Template,
  given: Readonly<Record<string, string>>,
  stored: StoredValues = {},
): Parameter[] {
  return Object.entries(template.Parameters).map(([name, { Type, Default, NoEcho }]) => {
    const value = given[name] ?? (Default === undefined ? '' : String(Default));
    return {
      ParameterKey: name,
      ParameterValue: String(NoEcho) === 'true' ? '****' : value,
      ...(Type.startsWith('AWS::SSM::') && { ResolvedValue: stored[value] }),
    };
  });
}
