import { invalidPattern } from './errors.ts';
import { compileRegex } from './regex.ts';

export type Operator = '=' | '!=' | '<' | '>' | '<=' | '>=';

/** Whether a value, as the message has it, fits. */
export type Comparison = (value: string | number | boolean) => boolean;

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The right-hand side of a comparison: text with `*`, quoted or not, a number, or a regular expression. */
export const OPERAND = /"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)*)%|[^\s,&|(){}[\]"%]+/y;

/**
 * Compiles a comparison with an operand. Numbers are compared as numbers, also where the message has them as text;
 * `*` in text stands for anything.
 * @throws InvalidParameterException for an order of texts
 */
export function compileComparison(operator: Operator, operand: string): Comparison {
  const negated = operator === '!=';
  if (operand.startsWith('%')) {
    if (operator !== '=' && !negated) throw invalidPattern(`${operator} does not take a regular expression.`);
    const expression = compileRegex(operand.slice(1, -1));
    return (value) => expression.test(String(value)) !== negated;
  }
  const isQuoted = operand.startsWith('"');
  if (!isQuoted && NUMBER.test(operand)) return compareNumber(operator, Number(operand));
  if (operator !== '=' && !negated) throw invalidPattern(`${operator} needs a number, not ${operand}.`);
  const text = isQuoted ? operand.slice(1, -1).replace(/\\(.)/g, '$1') : operand;
  const expression = wildcard(text);
  return (value) => expression.test(String(value)) !== negated;
}

function compareNumber(operator: Operator, wanted: number): Comparison {
  return (value) => {
    const number =
      typeof value === 'number' ? value : NUMBER.test(String(value)) ? Number(value) : Number.NaN;
    switch (operator) {
      case '=':
        return number === wanted;
      case '!=':
        return number !== wanted;
      case '<':
        return number < wanted;
      case '>':
        return number > wanted;
      case '<=':
        return number <= wanted;
      case '>=':
        return number >= wanted;
    }
  };
}

function wildcard(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
