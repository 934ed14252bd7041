/** A wildcard pattern of a policy, ready to be asked. */
export type Matcher = (value: string) => boolean;

/** Patterns repeat in every policy; the bound only keeps hostile templates from filling the memory. */
const CACHE_LIMIT = 10_000;
const compiled = new Map<string, Matcher>();

/**
 * Compiles a pattern of a policy: `*` is any characters, `?` exactly one.
 * @param pattern as written; `LITERAL_STAR` and `LITERAL_QUESTION` stand for the characters themselves
 */
export function globMatcher(pattern: string): Matcher {
  const known = compiled.get(pattern);
  if (known) return known;
  const matcher = compile(pattern);
  if (compiled.size >= CACHE_LIMIT) compiled.clear();
  compiled.set(pattern, matcher);
  return matcher;
}

/**
 * Compiles a pattern of an ARN. Each of the six parts is matched by itself; parts that are missing are wildcards.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function arnMatcher(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  const parts = arnParts(pattern);
  while (parts.length < 6) parts.push('*');
  const matchers = parts.map(globMatcher);
  return (value) => {
    if (pattern === value) return true;
    const given = arnParts(value);
    return given.length === 6 && matchers.every((matches, index) => matches(given[index] as string));
  };
}

/** What a policy variable's value holds is never a wildcard: these stand for `*` and `?` in it. */
export const LITERAL_STAR = '\uE000';
export const LITERAL_QUESTION = '\uE001';

function compile(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  if (!/[*?\uE000\uE001]/.test(pattern)) return (value) => value === pattern;
  const source = [...pattern].map((char) => {
    if (char === '*') return '[^]*';
    if (char === '?') return '[^]';
    if (char === LITERAL_STAR) return '\\*';
    if (char === LITERAL_QUESTION) return '\\?';
    return char.replace(/[\\^$.|+()[\]{}]/, '\\$&');
  });
  const expression = new RegExp(`^${source.join('').replace(/(\[\^\]\*)+/g, '[^]*')}$`);
  return (value) => expression.test(value);
}

/** The last part keeps its colons: `log-group:name:*`. */
function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
