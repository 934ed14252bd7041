import { templateError, unsupported } from './errors.ts';
import type { Template, TemplateParameter } from './template.ts';

/** Parameters of a stack: what a template sees, and what was given. */
export type ParameterValues = ReadonlyMap<string, string | readonly string[]>;

/** Values of SSM parameters by their names. */
export type StoredValues = Readonly<Record<string, string>>;

const LISTS = new Set(['CommaDelimitedList', 'List<Number>', 'List<String>']);
const SINGLE = new Set(['String', 'Number']);
/** The value is the name of an SSM parameter, whose value the template sees. */
const STORED = /^AWS::SSM::Parameter::Value<(.+)>$/;

/**
 * Works out and checks the parameters of a template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 * @param given by name; the rest takes its default
 * @param stored values of the SSM parameters that the template's parameters name, by their names
 * @throws DeployError
 */
export function resolveParameters(
  definitions: Template['Parameters'],
  given: Readonly<Record<string, string>>,
  stored: StoredValues = {},
): ParameterValues {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(definitions, name));
  if (unknown.length > 0) {
    throw templateError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  }
  const values = new Map<string, string | readonly string[]>();
  const missing: string[] = [];
  for (const [name, definition] of Object.entries(definitions)) {
    const text = textOf(name, definition, given);
    if (text === undefined && STORED.test(definition.Type)) throw withoutName(name);
    if (text === undefined) missing.push(name);
    else values.set(name, readValue(name, definition, text, stored));
  }
  if (missing.length > 0) throw templateError(`Parameters: [${missing.join(', ')}] must have values`);
  return values;
}

/** The names of the SSM parameters whose values the template's parameters take. */
export function storedNames(
  definitions: Template['Parameters'],
  given: Readonly<Record<string, string>>,
): string[] {
  const names = Object.entries(definitions).flatMap(([name, definition]) =>
    STORED.test(definition.Type) ? (textOf(name, definition, given) ?? []) : [],
  );
  return [...new Set(names)];
}

/** A parameter that takes a stored value has to name it. */
function withoutName(name: string): Error {
  return templateError(`Parameter ${name} should either have input value or default value`);
}

function textOf(
  name: string,
  { Default }: TemplateParameter,
  given: Readonly<Record<string, string>>,
): string | undefined {
  return given[name] ?? (Default === undefined ? undefined : String(Default));
}

function readValue(
  name: string,
  definition: TemplateParameter,
  text: string,
  stored: StoredValues,
): string | readonly string[] {
  const { Type } = definition;
  const storedType = STORED.exec(Type)?.[1];
  if (storedType) {
    check(name, definition, text, false);
    const value = stored[text];
    if (value === undefined) throw notStored([text]);
    return readValue(name, { Type: storedType }, value, {});
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

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html */
export function notStored(names: readonly string[]): Error {
  return templateError(
    `Unable to fetch parameters [${names.join(',')}] from parameter store for this account.`,
  );
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
