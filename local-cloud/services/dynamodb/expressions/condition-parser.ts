import type { Comparator, Condition, Operand } from './ast.ts';
import { checkBetween, checkCall, checkComparison } from './condition-rules.ts';
import type { Placeholders } from './placeholders.ts';
import { createReader, type Reader } from './reader.ts';

const KEYWORDS = ['AND', 'OR', 'NOT', 'BETWEEN', 'IN'];
const COMPARATORS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

/**
 * Parses a condition, filter or key-condition expression.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 * @param parameter its name in the request, for messages
 * @throws ValidationException as AWS words it
 */
export function parseCondition(parameter: string, expression: string, placeholders: Placeholders): Condition {
  const reader = createReader(parameter, expression, placeholders, KEYWORDS);
  const condition = disjunction(reader);
  reader.end([
    'parentheses',
    'function-name',
    'misused-function',
    'reserved',
    'undefined-name',
    'undefined-value',
    'operand-count',
    'same-operand',
    'operand-type',
  ]);
  return condition;
}

function disjunction(reader: Reader): Condition {
  let left = conjunction(reader);
  while (reader.takeKeyword('OR')) left = { kind: 'or', left, right: conjunction(reader) };
  return left;
}

function conjunction(reader: Reader): Condition {
  let left = negation(reader);
  while (reader.takeKeyword('AND')) left = { kind: 'and', left, right: negation(reader) };
  return left;
}

function negation(reader: Reader): Condition {
  // NOT directly before `(` is the operator too: there is no function of that name.
  if (reader.takeKeyword('NOT')) return { kind: 'not', condition: negation(reader) };
  return primary(reader);
}

function primary(reader: Reader): Condition {
  if (reader.peek().text === '(' && !parenthesesHoldOperand(reader)) return group(reader);
  if (reader.atCall() && !callIsOperand(reader)) return functionCondition(reader);
  return predicate(reader);
}

function group(reader: Reader): Condition {
  const redundant = closesTogether(reader);
  reader.expectSymbol('(');
  const condition = disjunction(reader);
  reader.expectSymbol(')');
  if (redundant) reader.report('parentheses', 'The expression has redundant parentheses;');
  return condition;
}

function functionCondition(reader: Reader): Condition {
  const { name, args } = readCall(reader);
  if (name === 'size') {
    reader.report(
      'misused-function',
      'The function is not allowed to be used this way in an expression; function: size',
    );
  }
  return { kind: 'function', name, args };
}

/** An operand, then a comparison, BETWEEN or IN. */
function predicate(reader: Reader): Condition {
  const left = operand(reader);
  if (reader.takeKeyword('BETWEEN')) {
    const low = operand(reader);
    reader.expectKeyword('AND');
    const high = operand(reader);
    refuseConditions(reader, [left, low, high]);
    checkBetween(reader, low, high);
    return { kind: 'between', operand: left, low, high };
  }
  if (reader.takeKeyword('IN')) {
    reader.expectSymbol('(');
    const candidates = [operand(reader)];
    while (reader.takeSymbol(',')) candidates.push(operand(reader));
    reader.expectSymbol(')');
    refuseConditions(reader, [left, ...candidates]);
    return { kind: 'in', operand: left, candidates };
  }
  if (!COMPARATORS.has(reader.peek().text)) throw reader.syntaxError();
  const operator = reader.next().text as Comparator;
  const right = operand(reader);
  refuseConditions(reader, [left, right]);
  checkComparison(reader, operator, left, right);
  return { kind: 'comparison', operator, left, right };
}

function operand(reader: Reader): Operand {
  if (reader.takeSymbol('(')) {
    const inner = operand(reader);
    reader.expectSymbol(')');
    return inner;
  }
  return reader.atCall() ? readCall(reader) : reader.pathOrValue();
}

function readCall(reader: Reader): { kind: 'call'; name: string; args: Operand[] } {
  const call = reader.call(() => operand(reader));
  checkCall(reader, call.name, call.args);
  refuseConditions(reader, call.args);
  return call;
}

/** Only `size` gives a value; the other functions are conditions and cannot be operands. */
function refuseConditions(reader: Reader, operands: readonly Operand[]): void {
  for (const used of operands) {
    if (used.kind !== 'call' || used.name === 'size') continue;
    reader.report(
      'misused-function',
      `The function is not allowed to be used this way in an expression; function: ${used.name}`,
    );
  }
}

/** Whether what follows the group that starts here makes it an operand: `(a) = :b`. */
function parenthesesHoldOperand(reader: Reader): boolean {
  return continuesAsOperand(reader, closingParenthesis(reader, 0) + 1);
}

function callIsOperand(reader: Reader): boolean {
  return continuesAsOperand(reader, closingParenthesis(reader, 1) + 1);
}

function continuesAsOperand(reader: Reader, ahead: number): boolean {
  const { kind, text } = reader.peek(ahead);
  if (kind === 'symbol') return COMPARATORS.has(text);
  return kind === 'word' && ['BETWEEN', 'IN'].includes(text.toUpperCase());
}

/** Whether the group that starts here holds nothing but another group: `((a = :b))`. */
function closesTogether(reader: Reader): boolean {
  if (reader.peek(1).text !== '(') return false;
  return closingParenthesis(reader, 1) + 1 === closingParenthesis(reader, 0);
}

/** How far ahead the parenthesis closes that opens at `ahead`; the end if it never does. */
function closingParenthesis(reader: Reader, ahead: number): number {
  let depth = 0;
  for (let distance = ahead; ; distance++) {
    const { kind, text } = reader.peek(distance);
    if (kind === 'end') return distance;
    if (text === '(') depth++;
    if (text === ')' && --depth === 0) return distance;
  }
}
