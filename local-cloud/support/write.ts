import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGE, renderPage } from './page.ts';
import { readSupport } from './support.ts';

/** Writes the support page anew from the code and its tests. */
const root = join(import.meta.dirname, '..', '..');
writeFileSync(join(root, PAGE), renderPage(await readSupport(root)));
process.stdout.write(`Wrote ${PAGE}.\n`);
