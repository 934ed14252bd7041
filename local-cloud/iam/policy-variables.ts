import { LITERAL_QUESTION, LITERAL_STAR } from './pattern.ts';

/** Condition keys of a request, lower-case. */
export type RequestContext = Readonly<Record<string, string>>;

const VARIABLE = /\$\{([^}]*)\}/g;

/** Whether the text holds policy variables. Policies of version 2008-10-17 have none: there they are plain text. */
export function hasVariables(text: string): boolean {
  return text.includes('${');
}

/** The condition keys that the variables of a text name, lower-case. */
export function variableKeys(text: string): string[] {
  return [...text.matchAll(VARIABLE)]
    .map(([, inside = '']) => keyAndDefault(inside).key)
    .filter((key) => !SPECIAL.has(key));
}

/**
 * Puts the request's values in place of `${aws:…}` variables.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 * @returns the text; undefined when a key has neither a value nor a default: then the text matches nothing
 */
export function substitute(text: string, context: RequestContext): string | undefined {
  let missing = false;
  const result = text.replace(VARIABLE, (_, inside: string) => {
    const special = SPECIAL.get(inside);
    if (special) return special;
    const { key, fallback } = keyAndDefault(inside);
    const value = context[key] ?? fallback;
    if (value === undefined) missing = true;
    return (value ?? '').replaceAll('*', LITERAL_STAR).replaceAll('?', LITERAL_QUESTION);
  });
  return missing ? undefined : result;
}

/** `${*}`, `${?}` and `${$}` are the characters themselves. */
const SPECIAL = new Map([
  ['*', LITERAL_STAR],
  ['?', LITERAL_QUESTION],
  ['$', '$'],
]);

/** `aws:username, 'nobody'` */
function keyAndDefault(inside: string): { key: string; fallback?: string } {
  const comma = inside.indexOf(',');
  if (comma < 0) return { key: inside.trim().toLowerCase() };
  const fallback = inside
    .slice(comma + 1)
    .trim()
    .replace(/^'(.*)'$/, '$1');
  return { key: inside.slice(0, comma).trim().toLowerCase(), fallback };
}
