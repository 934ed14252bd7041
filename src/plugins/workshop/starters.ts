import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where the untouched starter of `labs/<slug>/<file>` is. Learners edit `labs/`, and a lesson must neither show their
 * edits nor fail to build because of them, so the kept copy beside the suites wins where there is one.
 */
export function starterPath(root: string, file: string): string {
  const [, slug = '', ...rest] = file.split('/');
  const kept = join(root, 'checker/suites', slug, 'starter', ...rest);
  return existsSync(kept) ? kept : join(root, file);
}
