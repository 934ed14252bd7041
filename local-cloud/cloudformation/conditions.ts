import { templateError, unsupported } from './errors.ts';
import { argumentsOf, type Condition, resolve, type Scope } from './intrinsics.ts';
import { objectOf } from './template.ts';

/**
 * Works out the conditions of a template, each once and only when asked. They may name parameters, mappings and
 * each other.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
 */
export function createConditions(
  definitions: Readonly<Record<string, unknown>>,
  scope: Omit<Scope, 'condition'>,
): Condition {
  const known = new Map<string, boolean>();
  const asked: string[] = [];

  const condition: Condition = (name, askedBy) => {
    const value = known.get(name);
    if (value !== undefined) return value;
    if (!Object.hasOwn(definitions, name)) {
      throw templateError(
        askedBy === 'Fn::If' || askedBy === 'Condition'
          ? `Template error: unresolved condition dependency ${name} in ${askedBy}`
          : `Template format error: Unresolved condition dependency ${name} in the ${askedBy} block of the template`,
      );
    }
    if (asked.includes(name)) {
      throw templateError(`Template error: Found circular condition dependency between ${asked.join(', ')}`);
    }
    asked.push(name);
    const result = evaluate(definitions[name]);
    asked.pop();
    known.set(name, result);
    return result;
  };

  function evaluate(expression: unknown): boolean {
    if (typeof expression === 'boolean') return expression;
    const [[name, argument] = ['', undefined], ...others] = Object.entries(objectOf(expression) ?? {});
    if (others.length > 0 || name === '') throw notACondition();
    switch (name) {
      case 'Condition':
        return condition(String(argument), name);
      case 'Fn::Equals': {
        const [left, right] = argumentsOf(name, argument, 2).map((part) =>
          resolve(part, { ...scope, condition }),
        );
        return JSON.stringify(comparable(left)) === JSON.stringify(comparable(right));
      }
      case 'Fn::And':
        return operands(name, argument).every(Boolean);
      case 'Fn::Or':
        return operands(name, argument).some(Boolean);
      case 'Fn::Not':
        return !evaluate(argumentsOf(name, argument, 1)[0]);
      case 'Fn::Contains':
        throw unsupported(`The function ${name}`);
      default:
        throw notACondition();
    }
  }

  function operands(name: string, argument: unknown): boolean[] {
    if (!Array.isArray(argument) || argument.length < 2 || argument.length > 10) {
      throw templateError(`Template error: ${name} requires a list of 2 to 10 conditions.`);
    }
    return argument.map(evaluate);
  }

  return condition;
}

/** `1` and `"1"` are the same to CloudFormation. */
function comparable(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

function notACondition() {
  return templateError(
    'Template error: every condition must be made of Fn::And, Fn::Equals, Fn::Not, Fn::Or or Condition.',
  );
}
