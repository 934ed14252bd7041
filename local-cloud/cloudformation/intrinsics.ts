import { cidrBlocks } from './cidr.ts';
import { templateError, unsupported } from './errors.ts';
import { objectOf } from './template.ts';

/** A value that is known only once a resource exists. Whatever is computed from it is unknown too. */
export const UNKNOWN = Symbol('known after the resource exists');

/** `AWS::NoValue`: whatever holds it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

/**
 * The value of a condition of the template.
 * @param askedBy the block whose member has the condition, or the function that names it
 */
export type Condition = (
  name: string,
  askedBy: 'Conditions' | 'Resources' | 'Outputs' | 'Fn::If' | 'Condition',
) => boolean;

/** What the functions of a template ask for. */
export interface Scope {
  /** The value of a parameter, a pseudo parameter or a resource. */
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  condition: Condition;
  mapping(map: string, key: string, name: string): unknown;
  importValue(name: string): unknown;
  readonly region: string;
}

/**
 * Works out a value of a template: its functions are called, what is `AWS::NoValue` is left out.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 * @returns the value; `UNKNOWN` where it depends on a resource that does not exist yet
 * @throws DeployError
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((entry) => resolve(entry, scope)).filter((entry) => entry !== NO_VALUE);
  }
  const object = objectOf(value);
  if (!object) return value;
  const call = functionCall(object);
  if (call) return callFunction(call.name, call.argument, scope);
  const resolved = Object.entries(object)
    .map(([key, entry]) => [key, resolve(entry, scope)] as const)
    .filter(([, entry]) => entry !== NO_VALUE);
  return Object.fromEntries(resolved);
}

/** Whether a value, or anything in it, is unknown yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  const object = objectOf(value);
  return object ? Object.values(object).some(hasUnknown) : false;
}

/** `{ "Fn::Join": […] }`: an object with one member that names a function. */
export function functionCall(
  object: Record<string, unknown>,
): { name: string; argument: unknown } | undefined {
  const names = Object.keys(object);
  const name = names.find((key) => key === 'Ref' || key.startsWith('Fn::'));
  if (!name) return undefined;
  if (names.length > 1) {
    if (name === 'Ref') return undefined;
    throw templateError(`Template error: ${name} must be the only member of its object.`);
  }
  return { name, argument: object[name] };
}

/** Where the placeholders of `Fn::Sub` are: `${Name}`, `${Name.Attribute}`; `${!Literal}` is none. */
export const SUB_PLACEHOLDER = /\$\{([^!{}][^{}]*)\}/g;

/** Text and own variables of an `Fn::Sub`. */
export function subArguments(argument: unknown): { text: string; variables: Record<string, unknown> } {
  const [text, variables = {}] = Array.isArray(argument) ? argument : [argument];
  const named = objectOf(variables);
  if (typeof text !== 'string' || !named) {
    throw templateError(
      "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
    );
  }
  return { text, variables: named };
}

/** `Fn::GetAtt` takes `[id, attribute]` or `id.attribute`. */
export function getAttArguments(argument: unknown): [string, unknown] {
  const parts = typeof argument === 'string' ? splitOnce(argument) : argument;
  if (!Array.isArray(parts) || parts.length !== 2 || typeof parts[0] !== 'string') {
    throw templateError(
      'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
    );
  }
  return [parts[0], parts[1]];
}

function callFunction(name: string, argument: unknown, scope: Scope): unknown {
  switch (name) {
    case 'Ref':
      return scope.ref(String(argument));
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = getAttArguments(argument);
      return scope.getAtt(logicalId, String(resolve(attribute, scope)));
    }
    case 'Fn::If': {
      const [condition, whenTrue, whenFalse] = argumentsOf(name, argument, 3);
      return resolve(scope.condition(String(condition), name) ? whenTrue : whenFalse, scope);
    }
    case 'Fn::Sub':
      return substitute(argument, scope);
    default: {
      const compute = FUNCTIONS[name];
      if (!compute) throw unsupported(`The function ${name}`);
      const resolved = resolve(argument, scope);
      return hasUnknown(resolved) ? UNKNOWN : compute(resolved, scope);
    }
  }
}

const FUNCTIONS: Readonly<Record<string, (argument: unknown, scope: Scope) => unknown>> = {
  'Fn::Join': (argument) => {
    const [delimiter, values] = Array.isArray(argument) && argument.length === 2 ? argument : [];
    if (typeof delimiter !== 'string' || !Array.isArray(values)) {
      throw templateError(
        'Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
      );
    }
    return values.map(textOf).join(delimiter);
  },
  'Fn::Select': (argument) => {
    const [index, values] = argumentsOf('Fn::Select', argument, 2);
    const list = listOf('Fn::Select', values);
    const position = Number(index);
    if (!Number.isInteger(position) || position < 0 || position >= list.length) {
      throw templateError(
        `Template error: Fn::Select cannot select nonexistent value at index ${String(index)}`,
      );
    }
    return list[position];
  },
  'Fn::Split': (argument) => {
    const [delimiter, text] = argumentsOf('Fn::Split', argument, 2);
    return textOf(text).split(textOf(delimiter));
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, key, name] = argumentsOf('Fn::FindInMap', argument, 3);
    return scope.mapping(textOf(map), textOf(key), textOf(name));
  },
  'Fn::ImportValue': (argument, scope) => scope.importValue(textOf(argument)),
  'Fn::Base64': (argument) => Buffer.from(textOf(argument)).toString('base64'),
  'Fn::Length': (argument) => listOf('Fn::Length', argument).length,
  'Fn::ToJsonString': (argument) => JSON.stringify(argument),
  'Fn::GetAZs': (argument, { region }) => ['a', 'b', 'c'].map((zone) => (textOf(argument) || region) + zone),
  'Fn::Cidr': (argument) => {
    const [block, count, bits = 8] = listOf('Fn::Cidr', argument);
    return cidrBlocks(textOf(block), Number(count), Number(bits));
  },
};

function substitute(argument: unknown, scope: Scope): unknown {
  const { text, variables } = subArguments(argument);
  let unknown = false;
  const result = text.replace(SUB_PLACEHOLDER, (_, placeholder: string) => {
    const name = placeholder.trim();
    const value = Object.hasOwn(variables, name)
      ? resolve(variables[name], scope)
      : name.includes('.')
        ? scope.getAtt(...splitOnce(name))
        : scope.ref(name);
    if (value !== UNKNOWN) return textOf(value);
    unknown = true;
    return '';
  });
  return unknown ? UNKNOWN : result.replace(/\$\{!([^}]*)\}/g, '${$1}');
}

/** A logical id has no dot; an attribute may have: `Outputs.BucketName`. */
export function splitOnce(text: string): [string, string] {
  const dot = text.indexOf('.');
  return [text.slice(0, dot), text.slice(dot + 1)];
}

export function argumentsOf(name: string, argument: unknown, count: number): unknown[] {
  if (Array.isArray(argument) && argument.length === count) return argument;
  throw templateError(`Template error: ${name} requires a list of ${count} parameters.`);
}

function listOf(name: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw templateError(`Template error: ${name} requires a list.`);
}

function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw templateError(`Template error: a function expected a string but was given ${JSON.stringify(value)}.`);
}
