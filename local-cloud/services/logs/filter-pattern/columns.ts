import { createReader, type Reader, readExpression } from './boolean.ts';
import { compileComparison, OPERAND, type Operator } from './compare.ts';
import { invalidPattern } from './errors.ts';
import type { Match } from './index.ts';

interface Column {
  name: string;
  fits(value: string): boolean;
}

const MOST_COLUMNS = 32;

/**
 * Compiles `[ip, user, ..., status = 4*, bytes > 1000]`: columns between spaces, where quotes and brackets hold one
 * together. Without `...` a line must have as many columns as the pattern.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-space-delimited-log-events.html
 * @throws InvalidParameterException
 */
export function compileColumns(pattern: string): Match {
  const [, inside] = /^\[(.*)\]$/s.exec(pattern) ?? [];
  if (inside === undefined) throw invalidPattern('a pattern for columns ends with ].');
  const { before, after } = readColumns(createReader(inside));
  return (message) => {
    const values = message.match(/"[^"]*"|\[[^\]]*\]|\S+/g)?.map(unwrapped) ?? [];
    const least = before.length + (after?.length ?? 0);
    if (after ? values.length < least : values.length !== least) return undefined;
    const gap = values.length - least;
    const found = new Map<string, string>();
    for (const [index, column] of [...before, ...(after ?? [])].entries()) {
      const value = values[index < before.length ? index : index + gap] ?? '';
      if (!column.fits(value)) return undefined;
      found.set(`$${column.name || index + 1}`, value);
    }
    return { read: (selector) => found.get(selector), extracted: Object.fromEntries(found) };
  };
}

function readColumns(reader: Reader): { before: Column[]; after: Column[] | undefined } {
  const before: Column[] = [];
  let after: Column[] | undefined;
  do {
    if (reader.take(/\.\.\.[^\s,\]]*/y)) {
      if (after) throw invalidPattern('... may stand once.');
      after = [];
    } else (after ?? before).push(readColumn(reader));
  } while (reader.take(/,/y));
  if (!reader.isAtEnd()) throw invalidPattern('columns are separated by commas.');
  if (before.length + (after?.length ?? 0) > MOST_COLUMNS) {
    throw invalidPattern(`a pattern has at most ${MOST_COLUMNS} columns.`);
  }
  return { before, after };
}

/** A name, or conditions on one name: `status = 4* || status = 5*`. */
function readColumn(reader: Reader): Column {
  let name = '';
  const fits = readExpression<string>(
    reader,
    () => {
      [name = ''] = reader.take(/[\w-]*/y) ?? [];
      const [operator] = reader.take(/(?:!=|<=|>=|=|<|>)/y) ?? [];
      if (operator === undefined) return () => true;
      const [operand] = reader.take(OPERAND) ?? [];
      if (operand === undefined) throw invalidPattern(`after ${name} ${operator} a value is missing.`);
      return compileComparison(operator as Operator, operand);
    },
    () => invalidPattern('a parenthesis is not closed.'),
  );
  return { name, fits };
}

function unwrapped(value: string): string {
  return /^(?:".*"|\[.*\])$/s.test(value) ? value.slice(1, -1) : value;
}
