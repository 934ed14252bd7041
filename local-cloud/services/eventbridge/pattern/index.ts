import { type Alternatives, compileAlternatives } from './compile.ts';
import { type Field, type Fields, fieldsOf } from './fields.ts';
import type { FieldTest } from './match-expression.ts';

/** Whether an event is one that a rule asks for. */
export type EventPattern = (event: object) => boolean;

/**
 * Compiles an event pattern.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 * @param source the pattern as JSON text
 * @returns a pure function of the event
 * @throws InvalidEventPatternException in AWS's words
 */
export function compilePattern(source: string): EventPattern {
  const alternatives: Alternatives = compileAlternatives(source);
  return (event) => {
    const fields = fieldsOf(event);
    return alternatives.some((alternative) => matches(alternative, fields));
  };
}

function matches(alternative: ReadonlyMap<string, readonly FieldTest[]>, fields: Fields): boolean {
  const candidates: Field[][] = [];
  for (const [path, tests] of alternative) {
    const given = fields.get(path) ?? [];
    if (given.length === 0) {
      if (tests.some(({ kind }) => kind === 'absent')) continue;
      return false;
    }
    const fitting = given.filter(({ value }) => tests.some((test) => fits(test, value)));
    if (fitting.length === 0) return false;
    // A leaf that lies in no array goes together with all others.
    if (!fitting.some(({ elements }) => elements.size === 0)) candidates.push(fitting);
  }
  return areConsistent(candidates);
}

function fits(test: FieldTest, value: Field['value']): boolean {
  return test.kind === 'exists' || (test.kind === 'value' && test.test(value));
}

/**
 * Whether one leaf of each path can be chosen so that they all lie in the same elements of the arrays that they
 * share: two conditions on the members of an array's objects must hold for one and the same object.
 * https://github.com/aws/event-ruler#ruler-and-json-arrays
 */
function areConsistent(candidates: readonly (readonly Field[])[]): boolean {
  const chosen = new Map<string, number>();
  function choose(index: number): boolean {
    const fields = candidates[index];
    if (!fields) return true;
    return fields.some(({ elements }) => {
      const added: string[] = [];
      for (const [array, element] of elements) {
        const other = chosen.get(array);
        if (other === undefined) {
          chosen.set(array, element);
          added.push(array);
        } else if (other !== element) {
          for (const name of added) chosen.delete(name);
          return false;
        }
      }
      if (choose(index + 1)) return true;
      for (const name of added) chosen.delete(name);
      return false;
    });
  }
  return choose(0);
}
