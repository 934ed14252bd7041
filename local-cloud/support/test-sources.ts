import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';

/** A test as it stands in its file. */
export interface NamedTest {
  /** Path from the root of the checkout, with slashes. */
  readonly file: string;
  /** As written, without the names of the groups around it; `%s` stays. */
  readonly name: string;
  readonly source: string;
}

/** A test file: its tests, and the functions beside them that they call. */
export interface TestFile {
  readonly file: string;
  readonly text: string;
  /** The specifiers of its imports from packages, by the names that they bring in. */
  readonly imports: ReadonlyMap<string, string>;
  readonly tests: readonly NamedTest[];
  readonly helpers: readonly { readonly name: string; readonly source: string }[];
}

/**
 * Reads the tests of the account by how they are laid out: the formatter gives each test and each function a last
 * line that is indented as its first one.
 * @param root the checkout
 */
export function readTestFiles(root: string): TestFile[] {
  const texts = new Map<string, string>();
  for (const file of globSync(['local-cloud/**/*.ts', 'tests/{clients,local-cloud}/*.ts'], {
    cwd: root,
  }).sort()) {
    if (/(\.test|\/testing)\.ts$/.test(file)) texts.set(file, readFileSync(join(root, file), 'utf8'));
  }
  return [...texts]
    .filter(([file]) => file.endsWith('.test.ts'))
    .map(([file, text]) => {
      const beside = texts.get(file.replace(/[^/]+$/, 'testing.ts')) ?? '';
      return {
        file,
        text,
        imports: importsOf(text + beside),
        tests: testsOf(file, text),
        helpers: [...helpersOf(text), ...helpersOf(beside)],
      };
    });
}

function testsOf(file: string, text: string): NamedTest[] {
  return blocks(text, /^(\s*)(?:test|it)(?:\.\w+)*[(`]/).flatMap((source) => {
    const name = nameOf(source);
    return name === undefined ? [] : [{ file, name, source }];
  });
}

/** The first text that is an argument of the test's function itself: after `test(`, or after the table of `each`. */
function nameOf(source: string): string | undefined {
  const given = /^\s*(?:test|it)(?:\.(?!each)\w+(?:\([^)]*\))?)*\(\s*(['"`])(.*?)\1,/.exec(source);
  const afterTable = /^\s*(?:test|it)(?:\.\w+)*\.each[\s\S]*?[\])`]\)?\(\s*(['"`])(.*?)\1,/.exec(source);
  return (given ?? afterTable)?.[2]?.replace(/\\(.)/g, '$1');
}

function helpersOf(text: string): { name: string; source: string }[] {
  const start =
    /^(\s*)(?:export )?(?:async )?(?:function\*? (\w+)|const (\w+) = (?:async )?(?:\(|\w+ =>)|(?!if|for|while|switch|test|it|describe|return|catch)(\w+)(?:: (?:async )?\(|\([^=]*\{$))/;
  return blocks(text, start).map((source) => {
    const found = start.exec(source);
    return { name: found?.[2] ?? found?.[3] ?? found?.[4] ?? '', source };
  });
}

/** Pieces of a text from a line that fits to the next line that is indented like it and closes. */
function blocks(text: string, start: RegExp): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, first) => {
    const found = start.exec(line);
    if (!found) return [];
    const indent = found[1] ?? '';
    let last = first;
    const isLast = (at: number) => {
      const here = lines[at] ?? '';
      if (at === first) return /[;,]$|\}$/.test(here) && !/[{([]$/.test(here);
      return here.startsWith(indent) && /^[})\]].*[;,}]$/.test(here.slice(indent.length));
    };
    // An arrow function of one expression ends with the first line that is not indented deeper.
    while (last < lines.length - 1 && !isLast(last) && !(last > first && endsBefore(lines[last + 1], indent)))
      last++;
    return [lines.slice(first, last + 1).join('\n')];
  });
}

function endsBefore(line: string | undefined, indent: string): boolean {
  return (
    line !== undefined && line.trim() !== '' && !line.startsWith(`${indent} `) && !/^\s*[})\]]/.test(line)
  );
}

function importsOf(text: string): ReadonlyMap<string, string> {
  const imports = new Map<string, string>();
  for (const [, names = '', from = ''] of text.matchAll(/^import\s+\{([^}]*)\}\s+from\s+'([^'.][^']*)'/gm)) {
    for (const name of names.split(',')) imports.set(name.trim().replace(/^type /, ''), from);
  }
  return imports;
}
