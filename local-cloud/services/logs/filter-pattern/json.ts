import { createReader, type Reader, readExpression } from './boolean.ts';
import { compileComparison, OPERAND, type Operator } from './compare.ts';
import { invalidPattern } from './errors.ts';
import type { Match } from './index.ts';

type Steps = readonly (string | number | '*')[];

const STEP = /\.([\w-]+)|\[(\d+|\*)\]|\["([^"]+)"\]|\['([^']+)'\]/y;
const OPERATOR = /(?:!=|<=|>=|=|<|>)/y;

/**
 * Compiles `{ $.level = "ERROR" && $.items[0].price > 10 }`; `[*]` means any element of an array. A message that is
 * not one JSON object or array does not fit.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
 * @throws InvalidParameterException
 */
export function compileJson(pattern: string): Match {
  const [, inside] = /^\{(.*)\}$/s.exec(pattern) ?? [];
  if (inside === undefined) throw invalidPattern('a pattern for JSON ends with }.');
  const reader = createReader(inside);
  const selectors: string[] = [];
  const fits = readExpression(
    reader,
    () => readCondition(reader, selectors),
    () => invalidPattern('a parenthesis is not closed.'),
  );
  if (!reader.isAtEnd()) throw invalidPattern('something follows after the last condition.');
  return (message) => {
    const document = parse(message);
    if (document === undefined || !fits(document)) return undefined;
    const read = (selector: string) => {
      const [value] = valuesAt(document, stepsOf(createReader(selector)).steps);
      return value === undefined ? undefined : textOf(value);
    };
    return {
      read,
      get extracted() {
        return Object.fromEntries(
          selectors.flatMap((selector) => {
            const value = read(selector);
            return value === undefined ? [] : [[selector, value]];
          }),
        );
      },
    };
  };
}

/** Whether text is a selector such as `$.latency` or `$['a b'][0]`. */
export function isSelector(text: string): boolean {
  try {
    const reader = createReader(text);
    stepsOf(reader);
    return reader.isAtEnd();
  } catch {
    return false;
  }
}

function readCondition(reader: Reader, selectors: string[]): (document: unknown) => boolean {
  const { steps, text } = stepsOf(reader);
  selectors.push(text);
  if (reader.take(/NOT\s+EXISTS\b/y)) return (document) => valuesAt(document, steps).length === 0;
  const [, literal] = reader.take(/IS\s+(NULL|TRUE|FALSE)\b/y) ?? [];
  if (literal !== undefined) {
    const wanted = literal === 'NULL' ? null : literal === 'TRUE';
    return (document) => valuesAt(document, steps).some((value) => value === wanted);
  }
  const [operator] = reader.take(OPERATOR) ?? [];
  const [operand] = (operator && reader.take(OPERAND)) || [];
  if (operator === undefined || operand === undefined) {
    throw invalidPattern(`after ${text} a comparison, IS NULL, IS TRUE, IS FALSE or NOT EXISTS is missing.`);
  }
  const compare = compileComparison(operator as Operator, operand);
  return (document) =>
    valuesAt(document, steps).some(
      (value) =>
        (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') &&
        compare(value),
    );
}

function stepsOf(reader: Reader): { steps: Steps; text: string } {
  const found = reader.take(/\$((?:\.[\w-]+|\[\d+\]|\[\*\]|\["[^"]+"\]|\['[^']+'\])*)/y);
  if (!found) throw invalidPattern('a condition begins with a selector such as $.level.');
  const [text, path = ''] = found;
  const steps: (string | number)[] = [];
  STEP.lastIndex = 0;
  for (let step = STEP.exec(path); step; step = STEP.exec(path)) {
    const [, name, index, quoted, single] = step;
    if (index !== undefined) steps.push(index === '*' ? '*' : Number(index));
    else steps.push(name ?? quoted ?? single ?? '');
    if (STEP.lastIndex >= path.length) break;
  }
  return { steps, text };
}

function valuesAt(document: unknown, steps: Steps): unknown[] {
  let values: unknown[] = [document];
  for (const step of steps) {
    values = values.flatMap((value) => {
      if (step === '*') return Array.isArray(value) ? value : [];
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return [];
      return [(value as Record<string | number, unknown>)[step]];
    });
  }
  return values;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parse(message: string): unknown {
  const text = message.trim();
  if (!text.startsWith('{') && !text.startsWith('[')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
