import { templateError, unsupported } from './errors.ts';
import type { Template, TemplateParameter } from './template.ts';

/** Parameters of a stack: what a template sees, and what was given. */
export type ParameterValues = ReadonlyMap<string, string | readonly string[]>;

const LISTS = new Set(['CommaDelimitedList', 'List<Number>', 'List<String>']);
const SINGLE = new Set(['String', 'Number']);

/** What CDK's bootstrap leaves in the parameter store; its templates ask for at least 6. */
const BOOTSTRAP_VERSION = '30';
const BOOTSTRAP_PARAMETER = /^\/cdk-bootstrap\/[^/]+\/version$/;

/**
 * Works out and checks the parameters of a template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 * @param given by name; the rest takes its default
 * @throws DeployError
 */
export function resolveParameters(
  definitions: Template['Parameters'],
  given: Readonly<Record<string, string>>,
): ParameterValues {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(definitions, name));
  if (unknown.length > 0) {
    throw templateError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  }
  const values = new Map<string, string | readonly string[]>();
  const missing: string[] = [];
  for (const [name, definition] of Object.entries(definitions)) {
    const text = given[name] ?? (definition.Default === undefined ? undefined : String(definition.Default));
    if (text === undefined) missing.push(name);
    else values.set(name, readValue(name, definition, text));
  }
  if (missing.length > 0) throw templateError(`Parameters: [${missing.join(', ')}] must have values`);
  return values;
}

function readValue(name: string, definition: TemplateParameter, text: string): string | readonly string[] {
  const { Type } = definition;
  if (Type.startsWith('AWS::SSM::Parameter::Value<')) {
    if (BOOTSTRAP_PARAMETER.test(text)) return BOOTSTRAP_VERSION;
    throw unsupported(`The parameter ${name}, which reads ${text} from the SSM parameter store,`);
  }
  if (LISTS.has(Type)) {
    const entries = text === '' ? [] : text.split(',').map((entry) => entry.trim());
    for (const entry of entries) check(name, definition, entry, Type === 'List<Number>');
    return entries;
  }
  if (!SINGLE.has(Type)) throw unsupported(`The type ${Type} of the parameter ${name}`);
  check(name, definition, text, Type === 'Number');
  return text;
}

function check(name: string, definition: TemplateParameter, value: string, numeric: boolean): void {
  const refuse = (reason: string) =>
    templateError(
      definition.ConstraintDescription
        ? `Parameter ${name} failed to satisfy constraint: ${definition.ConstraintDescription}`
        : reason,
    );
  if (numeric && (value.trim() === '' || Number.isNaN(Number(value)))) {
    throw templateError(`Parameter '${name}' must be a number`);
  }
  const { AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = definition;
  if (AllowedValues && !AllowedValues.map(String).includes(value)) {
    throw refuse(`Parameter '${name}' must be one of AllowedValues`);
  }
  if (AllowedPattern && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) {
    throw refuse(`Parameter '${name}' must match pattern ${AllowedPattern}`);
  }
  if (MinLength !== undefined && value.length < Number(MinLength)) {
    throw refuse(`Parameter '${name}' must contain at least ${MinLength} characters`);
  }
  if (MaxLength !== undefined && value.length > Number(MaxLength)) {
    throw refuse(`Parameter '${name}' must contain at most ${MaxLength} characters`);
  }
  if (MinValue !== undefined && Number(value) < Number(MinValue)) {
    throw refuse(`Parameter '${name}' must be a number not less than ${MinValue}`);
  }
  if (MaxValue !== undefined && Number(value) > Number(MaxValue)) {
    throw refuse(`Parameter '${name}' must be a number not greater than ${MaxValue}`);
  }
}
