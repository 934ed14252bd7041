/** The literal parts between the wildcards of a pattern. */
export interface Wildcard {
  matches(value: string): boolean;
}

/**
 * More wildcards than this are too many for one value, as far as is known; AWS weighs the whole machine.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching-complexity
 */
const MOST_WILDCARDS = 5;

const TOO_COMPLEX =
  'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character';

/**
 * Compiles a pattern in which `*` is any number of characters; `\*` and `\\` are the characters themselves.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
 * @returns the matcher; or `invalid`, a mistake in the text, or `tooComplex`
 */
export function compileWildcard(pattern: string): Wildcard | { invalid: string } | { tooComplex: string } {
  const parts: string[] = [];
  let part = '';
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern[index] as string;
    const next = pattern[index + 1];
    // Positions count from the quote before the text.
    if (char === '\\' && next !== '*' && next !== '\\') {
      return { invalid: `Invalid escape character at pos ${index + 1}` };
    }
    if (char === '*') {
      if (next === '*') return { invalid: `Consecutive wildcard characters at pos ${index + 1}` };
      parts.push(part);
      part = '';
      continue;
    }
    if (char === '\\') index++;
    part += pattern[index];
  }
  parts.push(part);
  if (parts.length - 1 > MOST_WILDCARDS) return { tooComplex: TOO_COMPLEX };
  return { matches: (value) => matchesParts(parts, value) };
}

/** Each part is looked for behind the one before it: one pass, however often it repeats. */
function matchesParts(parts: readonly string[], value: string): boolean {
  const first = parts[0] as string;
  if (parts.length === 1) return value === first;
  const last = parts.at(-1) as string;
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) {
    return false;
  }
  let from = first.length;
  const end = value.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, from);
    if (found === -1 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}
