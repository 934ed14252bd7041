import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

interface Arrow {
  from: string;
  files: readonly string[];
  /** Where relative imports may lead. */
  to: readonly string[];
  /** Which packages may be imported; any when absent. */
  packages?: RegExp;
}

const labCode =
  /^(node:|aws-cdk-lib|constructs$|@aws-sdk\/|@aws-lambda-powertools\/|@middy\/core$|zod(\/mini)?$|aws-lambda$)/;

const arrows: readonly Arrow[] = [
  { from: 'local-cloud/', files: ['local-cloud/**/*.{ts,mjs}'], to: ['local-cloud/'] },
  {
    from: 'checker/',
    files: ['checker/**/*.ts', '!checker/suites/**', '!**/*.test.ts'],
    to: ['checker/', 'local-cloud/'],
  },
  { from: 'mutants', files: ['checker/suites/*/mutants.ts'], to: ['checker/authoring/mutant.ts'] },
  {
    from: 'start.ts',
    files: ['start.ts', 'start/**/*.ts', '!**/*.test.ts'],
    to: ['start/', 'checker/', 'local-cloud/account.ts'],
  },
  ...folders('checker/suites/*').map((folder) => ({
    from: folder,
    files: [`${folder}*.ts`, '!**/mutants.ts'],
    to: ['checker/fixtures.ts', folder],
  })),
  {
    from: 'the site',
    files: ['src/**/*.{ts,tsx}', 'docusaurus.config.ts', 'sidebars.ts', '!**/*.test.ts'],
    // Beside the catalogue, how a lesson is written, and the types of what the checker's server sends.
    to: ['src/', 'checker/catalog', 'checker/lesson/', 'checker/report.ts', 'checker/server/protocol.ts'],
  },
  ...folders('labs/*', 'solutions/*', 'checker/suites/*/variants/*').map((folder) => ({
    from: folder,
    files: [`${folder}**/*.ts`, '!**/*.test.ts'],
    to: [folder],
    packages: labCode,
  })),
];

/** Paths of folders, with a slash at the end. */
function folders(...patterns: string[]): string[] {
  return globSync(patterns, { cwd: ROOT, onlyDirectories: true });
}

describe('imports follow the arrows', () => {
  test.each(arrows)('$from', ({ files, to, packages }) => {
    const wrong: string[] = [];
    for (const file of globSync([...files], { cwd: ROOT })) {
      for (const specifier of importsOf(readFileSync(join(ROOT, file), 'utf8'))) {
        const target = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : undefined;
        const allowed = target
          ? to.some((folder) => target.startsWith(folder))
          : (packages?.test(specifier) ?? true);
        if (!allowed) wrong.push(`${file} imports ${target ?? specifier}`);
      }
    }
    expect(wrong, `may lead only to ${to.join(', ')}`).toEqual([]);
  });

  test('a forbidden import would be seen, however it is written', () => {
    const source = `
      import { a } from './a.ts';
      import type {
        B,
      } from "./b.ts";
      import './c.ts';
      export * from './d.ts';
      const e = await import('./e.ts');
    `;
    expect(importsOf(source)).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts']);
  });
});

function importsOf(source: string): string[] {
  const statement =
    /^\s*(?:import|export)\b[^'";]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|^\s*import\s*['"]([^'"]+)['"]/gm;
  return [...source.matchAll(statement)].map(
    ([, from, dynamic, bare]) => (from ?? dynamic ?? bare) as string,
  );
}
