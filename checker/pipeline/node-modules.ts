import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StageFailure } from './failure.ts';

interface PackageJson {
  dependencies?: Readonly<Record<string, string>>;
  peerDependencies?: Readonly<Record<string, string>>;
  peerDependenciesMeta?: Readonly<Record<string, { optional?: boolean }>>;
}

/**
 * Puts packages into a bundle's `node_modules`, with all that they depend on, as NodejsFunction's `nodeModules` does
 * with `npm ci`. They are links into this checkout's packages: a deployment copies what they lead to.
 * @param folder the bundle's folder (absolute)
 * @param names packages that the stack asked for
 * @throws StageFailure naming a package that this checkout does not have
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda_nodejs.BundlingOptions.html
 */
export async function installPackages(folder: string, names: readonly string[]): Promise<void> {
  const target = join(folder, 'node_modules');
  await rm(target, { recursive: true, force: true });
  const installed = new Map<string, string>();
  for (const name of names) {
    const found = findPackage(folder, name);
    if (!found) {
      throw new StageFailure(
        'learner',
        `stack.ts asks for nodeModules: ['${name}'], which is not installed in this checkout.`,
      );
    }
    await collect(name, found, installed);
  }
  for (const [name, from] of installed) {
    const link = join(target, name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(from, link, 'junction');
  }
}

/** Adds a package and what it needs; what lies in its own `node_modules` comes with it. */
async function collect(name: string, folder: string, installed: Map<string, string>): Promise<void> {
  if (installed.has(name)) return;
  installed.set(name, folder);
  const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  ) as PackageJson;
  const peers = Object.keys(peerDependencies ?? {}).filter((peer) => !peerDependenciesMeta?.[peer]?.optional);
  for (const needed of [...Object.keys(dependencies ?? {}), ...peers]) {
    if (existsSync(join(folder, 'node_modules', needed))) continue;
    const found = findPackage(folder, needed);
    if (found) await collect(needed, found, installed);
  }
}

/** Looks where Node.js would: in `node_modules` of each folder above. */
function findPackage(from: string, name: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (dirname(at) === at) return undefined;
  }
}
