import type { NamedTest, TestFile } from './test-sources.ts';

/** Where the calls of one service can be recognised. */
export interface CallSigns {
  /** Folder with the service's own tests, from the root, with a slash at its end. */
  folder: string;
  /** What the service is called among the account's services: `cloudwatch`, `eventbridge` … */
  key: string;
  /** The package of its client: `@aws-sdk/client-sqs`. */
  clientPackage: string;
}

/**
 * The test that says most about an operation, of those that call it: with the client's command, on the operations themselves, or through a function
 * of its file or of the `testing.ts` beside it. Undefined when there is none. A direct call goes before one through
 * a function, the service's own tests before others, a test that names the operation's words before one that does not,
 * and a test of what succeeds before one of a refusal.
 */
export function testOf(
  operation: string,
  signs: CallSigns,
  files: readonly TestFile[],
): NamedTest | undefined {
  const own = files.filter(({ file }) => file.startsWith(signs.folder));
  const others = files.filter(({ file }) => !file.startsWith(signs.folder));
  for (const direct of [true, false]) {
    for (const files of [own, others]) {
      const callers = files.flatMap((file) => callersIn(file, operation, signs, direct));
      const best = callers.sort((a, b) => aboutness(b, operation) - aboutness(a, operation))[0];
      if (best) return best;
    }
  }
  return undefined;
}

function callersIn(
  { file, imports, tests, helpers }: TestFile,
  operation: string,
  { folder, key, clientPackage }: CallSigns,
  direct: boolean,
): NamedTest[] {
  const signs = [`\\b${key}(?:Service)?\\.${operation}\\(`];
  if (file.startsWith(folder)) signs.push(`[.)]${operation}\\(`);
  if (imports.get(`${operation}Command`) === clientPackage) signs.push(`\\bnew ${operation}Command\\(`);
  const calls = new RegExp(signs.join('|'));
  if (direct) return tests.filter(({ source }) => calls.test(source));
  // Functions call each other: what leads to the operation in any number of steps counts.
  const leading = new Set(helpers.filter(({ source }) => calls.test(source)).map(({ name }) => name));
  for (let size = -1; size !== leading.size; ) {
    size = leading.size;
    for (const { name, source } of helpers) if (callsOneOf(source, leading)) leading.add(name);
  }
  return tests.filter(({ source }) => callsOneOf(source, leading));
}

/** How much a test seems to be about an operation: its words in the name, and its share of the calls. */
function aboutness({ name, source }: NamedTest, operation: string): number {
  const words = operation.match(/[A-Z][a-z]+/g) ?? [];
  const named = words.filter((word) => name.toLowerCase().includes(word.toLowerCase().slice(0, 5))).length;
  const calls = source.match(/[.)][A-Z]\w+\(|\w+Command\(/g) ?? [];
  const share = calls.filter((call) => call.includes(operation)).length / Math.max(1, calls.length);
  return named / Math.max(1, words.length) + share - (/refus|wrong|malformed/.test(name) ? 1 : 0);
}

function callsOneOf(source: string, names: ReadonlySet<string>): boolean {
  for (const [, name = ''] of source.matchAll(/\b(\w+)\(/g)) if (names.has(name)) return true;
  return false;
}
