import { AwsError, notSupported } from '../../errors.ts';

/** Whether a message fits a filter pattern. */
export type LineFilter = (message: string) => boolean;

interface Term {
  kind: 'required' | 'optional' | 'excluded';
  text: string;
}

/**
 * Compiles a filter pattern for unstructured text: terms, all of which a line must hold; `?term` for any of
 * several; `-term` for lines without it; quotes around anything but letters, digits and `_`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws InvalidParameterException; UnsupportedOperation for patterns of JSON, columns and regular expressions
 */
export function compileFilter(pattern: string | undefined): LineFilter {
  const text = pattern?.trim() ?? '';
  if (text === '') return () => true;
  if (text.startsWith('{')) throw notSupported('A filter pattern for JSON ({ … })');
  if (text.startsWith('[')) throw notSupported('A filter pattern for columns ([ … ])');
  if (text.startsWith('%')) throw notSupported('A regular expression (% … %) in a filter pattern');
  const terms = readTerms(text);
  const required = terms.filter(({ kind }) => kind === 'required');
  const optional = terms.filter(({ kind }) => kind === 'optional');
  const excluded = terms.filter(({ kind }) => kind === 'excluded');
  return (message) =>
    required.every((term) => message.includes(term.text)) &&
    (optional.length === 0 || required.length > 0 || optional.some((term) => message.includes(term.text))) &&
    !excluded.some((term) => message.includes(term.text));
}

const TERM = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\w+))(?=\s|$)\s*/y;

function readTerms(pattern: string): Term[] {
  const terms: Term[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < pattern.length) {
    const match = TERM.exec(pattern);
    if (!match) {
      throw new AwsError('InvalidParameterException', 'Invalid filter pattern');
    }
    const [, sign, quoted, word = ''] = match;
    terms.push({
      kind: sign === '?' ? 'optional' : sign === '-' ? 'excluded' : 'required',
      text: quoted?.replace(/\\(.)/g, '$1') ?? word,
    });
  }
  return terms;
}
