import { invalidPattern } from './errors.ts';
import { compileRegex } from './regex.ts';

interface Term {
  kind: 'required' | 'optional' | 'excluded';
  isIn(message: string): boolean;
}

/**
 * Compiles a pattern for unstructured text: terms, all of which a line must hold; `?term` for any of several, which
 * AWS ignores beside required ones; `-term` for lines without it; `%…%` for a regular expression; quotes around
 * anything but letters, digits and `_`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-unstructured-log-events.html
 */
export function compileTerms(text: string): (message: string) => boolean {
  const terms = readTerms(text);
  const of = (kind: Term['kind']) => terms.filter((term) => term.kind === kind);
  const [required, optional, excluded] = [of('required'), of('optional'), of('excluded')];
  return (message) =>
    required.every((term) => term.isIn(message)) &&
    (optional.length === 0 || required.length > 0 || optional.some((term) => term.isIn(message))) &&
    !excluded.some((term) => term.isIn(message));
}

const TERM = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)*)%|(\w+))(?=\s|$)\s*/y;

function readTerms(pattern: string): Term[] {
  const terms: Term[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < pattern.length) {
    const match = TERM.exec(pattern);
    if (!match) throw invalidPattern();
    const [, sign, quoted, regex, word = ''] = match;
    const text = quoted?.replace(/\\(.)/g, '$1') ?? word;
    const expression = regex === undefined ? undefined : compileRegex(regex);
    terms.push({
      kind: sign === '?' ? 'optional' : sign === '-' ? 'excluded' : 'required',
      isIn: (message) => (expression ? expression.test(message) : message.includes(text)),
    });
  }
  return terms;
}
