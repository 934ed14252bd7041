import pc from 'picocolors';
import { makeLab } from '../authoring/new-lab.ts';
import type { Outcome } from './commands.ts';

/**
 * `new-lab`: the four rooms of a lab, with a small one in them that works.
 * @throws NewLabError when the name is no slug or is taken
 */
export async function newLab(root: string, slug: string): Promise<Outcome> {
  const { rooms } = await makeLab(root, slug);
  const width = Math.max(...rooms.map(({ path }) => path.length));
  const number = slug.slice(0, 2);
  return {
    lines: [
      `${pc.green('✓')} Lab ${slug} is made. It is small and it works:`,
      '',
      ...rooms.map(({ path, about }) => `  ${path.padEnd(width)}  ${pc.dim(about)}`),
      '',
      'Replace it piece by piece; the guide is docs/authors.mdx. Look at it with',
      '',
      `  npm run workshop -- matrix ${number}   ${pc.dim('starter, solution, variants and mutants against the checks')}`,
      `  npm run workshop -- verify ${number}   ${pc.dim('what is still to write, and what is wrong')}`,
    ],
    exitCode: 0,
  };
}
