import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { validationError } from '../errors.ts';
import { type Operand, type Path, showPath } from './ast.ts';
import type { Placeholders } from './placeholders.ts';
import { isReserved } from './reserved-words.ts';
import { type Token, tokenize } from './tokenizer.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters */
const MAX_EXPRESSION_BYTES = 4096;

/** What can be wrong in an expression that parses. AWS reports the first of the first kind that it finds. */
type Problem =
  | 'parentheses'
  | 'function-name'
  | 'misused-function'
  | 'reserved'
  | 'section'
  | 'undefined-name'
  | 'undefined-value'
  | 'overlap'
  | 'conflict'
  | 'operand-count'
  | 'same-operand'
  | 'operand-type';

/**
 * Walks over one expression's tokens. What the three parsers (condition, update, projection) share: paths,
 * placeholders, and the list of problems.
 */
export interface Reader {
  peek(ahead?: number): Token;
  next(): Token;
  /** Takes the next token if it is this symbol. */
  takeSymbol(symbol: string): boolean;
  /** Takes the next token, which must be this symbol. */
  expectSymbol(symbol: string): void;
  /** Takes the next token if it is this keyword, in upper or lower case. */
  takeKeyword(keyword: string): boolean;
  expectKeyword(keyword: string): void;
  /** A document path. */
  path(): Path;
  /** A `:value`. */
  value(): AttributeValue;
  /** A path or a `:value`. */
  pathOrValue(): Operand;
  /** Whether what follows is a call: a name and an opening parenthesis. */
  atCall(): boolean;
  /** `name(argument, …)`, each argument read by `operand`. */
  call(operand: () => Operand): { kind: 'call'; name: string; args: Operand[] };
  /** The error at the next token. */
  syntaxError(): Error;
  /** Notes a problem; the first of each kind counts. */
  report(problem: Problem, message: string): void;
  /** Expects the end, then throws the first problem in `order`. */
  end(order: readonly Problem[]): void;
}

/**
 * @param parameter the expression's name in the request, for messages: `ConditionExpression`
 * @param keywords words of its grammar, upper-case: they are never taken for names
 * @throws ValidationException for an empty or too long expression
 */
export function createReader(
  parameter: string,
  expression: string,
  placeholders: Placeholders,
  keywords: readonly string[] = [],
): Reader {
  const invalid = (message: string) => validationError(`Invalid ${parameter}: ${message}`);
  if (expression.trim() === '') throw invalid('The expression can not be empty;');
  const bytes = Buffer.byteLength(expression);
  if (bytes > MAX_EXPRESSION_BYTES) {
    throw invalid(`Expression size has exceeded the maximum allowed size; expression size: ${bytes}`);
  }
  const tokens = tokenize(expression);
  const problems = new Map<Problem, string>();
  let position = 0;

  const peek = (ahead = 0): Token => tokens[Math.min(position + ahead, tokens.length - 1)] as Token;

  function next(): Token {
    const token = peek();
    position++;
    return token;
  }

  /** AWS shows the token with its neighbours. */
  function syntaxError(): Error {
    const token = peek();
    const start = tokens[position - 1]?.start ?? token.start;
    const end = peek(1).end;
    return invalid(`Syntax error; token: "${token.text}", near: "${expression.slice(start, end).trim()}"`);
  }

  function report(problem: Problem, message: string): void {
    if (!problems.has(problem)) problems.set(problem, message);
  }

  const isSymbol = (token: Token, symbol: string) => token.kind === 'symbol' && token.text === symbol;

  function takeSymbol(symbol: string): boolean {
    if (!isSymbol(peek(), symbol)) return false;
    position++;
    return true;
  }

  function expectSymbol(symbol: string): void {
    if (!takeSymbol(symbol)) throw syntaxError();
  }

  function takeKeyword(keyword: string): boolean {
    const token = peek();
    if (token.kind !== 'word' || token.text.toUpperCase() !== keyword) return false;
    position++;
    return true;
  }

  function attributeName(): string {
    const token = peek();
    if (token.kind === 'name-placeholder') {
      position++;
      const name = placeholders.name(token.text);
      if (name !== undefined) return name;
      report(
        'undefined-name',
        `An expression attribute name used in the document path is not defined; attribute name: ${token.text}`,
      );
      return token.text;
    }
    if (token.kind !== 'word' || !/^[A-Za-z_]/.test(token.text)) throw syntaxError();
    if (keywords.includes(token.text.toUpperCase())) throw syntaxError();
    position++;
    if (isReserved(token.text)) {
      report('reserved', `Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
    }
    return token.text;
  }

  function path(): Path {
    const parts: [string, ...(string | number)[]] = [attributeName()];
    for (;;) {
      if (takeSymbol('.')) parts.push(attributeName());
      else if (takeSymbol('[')) {
        const token = peek();
        if (token.kind !== 'word' || !/^\d+$/.test(token.text)) throw syntaxError();
        position++;
        parts.push(Number(token.text));
        expectSymbol(']');
      } else return parts;
    }
  }

  function value(): AttributeValue {
    const token = peek();
    if (token.kind !== 'value-placeholder') throw syntaxError();
    position++;
    const found = placeholders.value(token.text);
    if (found) return found;
    report(
      'undefined-value',
      `An expression attribute value used in expression is not defined; attribute value: ${token.text}`,
    );
    return { NULL: true };
  }

  return {
    peek,
    next,
    takeSymbol,
    expectSymbol,
    takeKeyword,
    expectKeyword(keyword) {
      if (!takeKeyword(keyword)) throw syntaxError();
    },
    path,
    value,
    pathOrValue: () =>
      peek().kind === 'value-placeholder'
        ? { kind: 'value', value: value() }
        : { kind: 'path', path: path() },
    atCall: () => peek().kind === 'word' && /^[A-Za-z_]/.test(peek().text) && isSymbol(peek(1), '('),
    call(operand) {
      const name = next().text;
      expectSymbol('(');
      const args = [operand()];
      while (takeSymbol(',')) args.push(operand());
      expectSymbol(')');
      return { kind: 'call', name, args };
    },
    syntaxError,
    report,
    end(order) {
      if (peek().kind !== 'end') throw syntaxError();
      for (const problem of order) {
        const message = problems.get(problem);
        if (message !== undefined) throw invalid(message);
      }
    },
  };
}

/** Notes paths of one expression that overlap (`a` and `a.b`) or conflict (`a.b` and `a[0]`). */
export function reportOverlaps(reader: Reader, paths: readonly Path[]): void {
  paths.forEach((second, index) => {
    for (const first of paths.slice(0, index)) {
      const relation = relate(first, second);
      if (relation === 'apart') continue;
      reader.report(
        relation,
        `Two document paths ${relation} with each other; must remove or rewrite one of these paths; ` +
          `path one: ${showPath(first)}, path two: ${showPath(second)}`,
      );
    }
  });
}

function relate(a: Path, b: Path): 'apart' | 'overlap' | 'conflict' {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    if (typeof a[index] !== typeof b[index]) return 'conflict';
    if (a[index] !== b[index]) return 'apart';
  }
  return 'overlap';
}
