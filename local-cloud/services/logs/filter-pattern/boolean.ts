/** Reads a pattern from left to right. */
export interface Reader {
  /** Takes what a sticky expression finds here, and the spaces behind it; undefined leaves the place. */
  take(expression: RegExp): RegExpExecArray | undefined;
  isAtEnd(): boolean;
}

export function createReader(text: string): Reader {
  let position = 0;
  const space = /\s*/y;
  const skip = () => {
    space.lastIndex = position;
    space.exec(text);
    position = space.lastIndex;
  };
  skip();
  return {
    take(expression) {
      expression.lastIndex = position;
      const found = expression.exec(text);
      if (!found) return undefined;
      position = expression.lastIndex;
      skip();
      return found;
    },
    isAtEnd: () => position >= text.length,
  };
}

/** Reads conditions joined by `&&` and `||`, with parentheses; `&&` binds more tightly. */
export function readExpression<T>(
  reader: Reader,
  readCondition: () => (value: T) => boolean,
  missingParenthesis: () => Error,
): (value: T) => boolean {
  const either = (): ((value: T) => boolean) => {
    const options = [both()];
    while (reader.take(/\|\|/y)) options.push(both());
    return options.length === 1 ? (options[0] ?? never) : (value) => options.some((option) => option(value));
  };
  const both = (): ((value: T) => boolean) => {
    const all = [one()];
    while (reader.take(/&&/y)) all.push(one());
    return all.length === 1 ? (all[0] ?? never) : (value) => all.every((part) => part(value));
  };
  const one = (): ((value: T) => boolean) => {
    if (!reader.take(/\(/y)) return readCondition();
    const inner = either();
    if (!reader.take(/\)/y)) throw missingParenthesis();
    return inner;
  };
  return either();
}

function never(): boolean {
  return false;
}
