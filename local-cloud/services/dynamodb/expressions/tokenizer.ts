/** A piece of an expression: a word (name, number, `#placeholder`, `:placeholder`), a symbol, or the end. */
export interface Token {
  readonly kind: 'word' | 'name-placeholder' | 'value-placeholder' | 'symbol' | 'end';
  readonly text: string;
  /** Where it starts and ends in the expression. */
  readonly start: number;
  readonly end: number;
}

const TOKEN = /\s*(?:([A-Za-z0-9_]+)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(<>|<=|>=|[\s\S]))/y;

/** Cuts an expression into tokens; the last one is always the end. */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  const text = expression.trimEnd();
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [, word, name, value, symbol] = match;
    const found = word ?? name ?? value ?? symbol ?? '';
    const kind = word ? 'word' : name ? 'name-placeholder' : value ? 'value-placeholder' : 'symbol';
    tokens.push({ kind, text: found, start: TOKEN.lastIndex - found.length, end: TOKEN.lastIndex });
  }
  tokens.push({ kind: 'end', text: '<EOF>', start: text.length, end: text.length });
  return tokens;
}
