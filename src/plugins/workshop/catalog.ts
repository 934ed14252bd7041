import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Lab } from '../../../checker/catalog.ts';

const run = promisify(execFile);

/**
 * The course as the checker declares it, read in a process of its own: Docusaurus loads its plugins through a
 * transpiler of its own, which the checker's modules do not have to suit.
 * @throws Error with the checker's own message when the catalogue does not load.
 */
export async function readCatalog(root: string): Promise<Lab[]> {
  const script = join(root, 'src/plugins/workshop/print-catalog.ts');
  try {
    const { stdout } = await run(process.execPath, ['--import', 'tsx', script], {
      cwd: root,
      maxBuffer: 32 * 1024 * 1024,
    });
    return JSON.parse(stdout) as Lab[];
  } catch (error) {
    const detail = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Error(`The site could not read the course from checker/catalog.ts. It said:\n${detail}`);
  }
}
