import {
  type Condition,
  functionCall,
  getAttArguments,
  SUB_PLACEHOLDER,
  splitOnce,
  subArguments,
} from './intrinsics.ts';
import { objectOf } from './template.ts';

/** A name in a template that a value depends on; with an attribute where one is asked for. */
export interface Reference {
  readonly name: string;
  readonly attribute?: string;
  /** The function that asks for the attribute. */
  readonly by?: 'Fn::GetAtt' | 'Fn::Sub';
}

/**
 * Finds what a value refers to. Only the branch of an `Fn::If` that applies counts.
 */
export function referencesIn(value: unknown, condition: Condition): Reference[] {
  if (Array.isArray(value)) return value.flatMap((entry) => referencesIn(entry, condition));
  const object = objectOf(value);
  if (!object) return [];
  const call = functionCall(object);
  if (!call) return Object.values(object).flatMap((entry) => referencesIn(entry, condition));
  const { name, argument } = call;
  switch (name) {
    case 'Ref':
      return [{ name: String(argument) }];
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = getAttArguments(argument);
      return [
        { name: logicalId, attribute: typeof attribute === 'string' ? attribute : undefined, by: name },
      ];
    }
    case 'Fn::Sub':
      return referencesOfSub(argument, condition);
    case 'Fn::If': {
      const [test, whenTrue, whenFalse] = Array.isArray(argument) ? argument : [];
      return referencesIn(condition(String(test), name) ? whenTrue : whenFalse, condition);
    }
    default:
      return referencesIn(argument, condition);
  }
}

function referencesOfSub(argument: unknown, condition: Condition): Reference[] {
  const { text, variables } = subArguments(argument);
  const names = [...text.matchAll(SUB_PLACEHOLDER)].map(([, placeholder = '']) => placeholder.trim());
  const own = names
    .filter((name) => !Object.hasOwn(variables, name))
    .map((name) => {
      if (!name.includes('.')) return { name };
      const [logicalId, attribute] = splitOnce(name);
      return { name: logicalId, attribute, by: 'Fn::Sub' as const };
    });
  return [...own, ...referencesIn(variables, condition)];
}
