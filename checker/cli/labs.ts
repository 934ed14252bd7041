import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findLab, type Lab } from '../catalog.ts';
import { UsageError } from './options.ts';

/**
 * Finds the labs that a command names; all when it names none.
 * @throws UsageError for a name that no lab has
 */
export function chooseLabs(catalog: readonly Lab[], names: readonly string[]): readonly Lab[] {
  const chosen = names.map((name) => {
    const lab = findLab(catalog, name);
    if (lab) return lab;
    const known = catalog.map(({ slug }) => slug).join(', ');
    throw new UsageError('UnknownLab', `There is no lab '${name}'. Known: ${known}`);
  });
  return names.length === 0 ? catalog : catalog.filter((lab) => chosen.includes(lab));
}

/**
 * Makes sure that a submission can be read before anything starts.
 * @param source folder that holds `<slug>/` (absolute)
 * @param named labs that the command named: their folders must be there
 * @throws UsageError saying which folder is missing or cannot be read
 */
export async function requireSource(source: string, named: readonly Lab[]): Promise<void> {
  await requireFolder(source, '--source');
  for (const { slug } of named) await requireFolder(join(source, slug), `--source: lab ${slug}`);
}

async function requireFolder(folder: string, what: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) throw new UsageError('SourceNotFound', `${what}: there is no folder ${folder}`);
  if (!found.isDirectory()) throw new UsageError('SourceNotFound', `${what}: ${folder} is not a folder`);
  await access(folder, constants.R_OK | constants.X_OK).catch(() => {
    throw new UsageError('SourceUnreadable', `${what}: ${folder} cannot be read; check its permissions`);
  });
}
