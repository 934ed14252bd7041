import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A lab cannot be made; the message says why and what to do. */
export class NewLabError extends Error {
  override readonly name = 'NewLabError';
}

export interface NewLab {
  slug: string;
  /** The rooms that were made, from the checkout's root. */
  rooms: readonly { path: string; about: string }[];
}

const slugPattern = /^(\d{2})-([a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/;

/** The skeleton is a small lab of its own, which has this name in its files. */
const skeletonSlug = '00-skeleton';

/** Docusaurus names a page by its file, so these names are taken. */
const takenPages = new Set(['start-here', 'authors', 'search']);

/**
 * Makes the four rooms of a new lab from the skeleton: a small lab that works, to be replaced piece by piece.
 * @param root the checkout
 * @param slug two digits and a name in kebab case, such as `20-fan-out`
 * @throws NewLabError when the name is no slug or is taken; nothing is written then
 */
export async function makeLab(root: string, slug: string): Promise<NewLab> {
  await refuseTaken(root, slug);
  const skeleton = join(import.meta.dirname, 'skeleton');
  const suites = `checker/suites/${slug}`;
  const plan = [
    { from: 'lesson.mdx', to: `docs/${slug}.mdx`, about: 'the lesson, in full outline' },
    { from: 'starter', to: `labs/${slug}`, about: 'the starter that a learner edits' },
    { from: 'solution', to: `solutions/${slug}`, about: 'the solution and its unit test' },
    ...['handler.test.ts', 'stack.test.ts', 'live.test.ts', 'mutants.ts', 'variants', 'starter'].map(
      (name) => ({ from: name, to: `${suites}/${name}`, about: '' }),
    ),
  ];
  const made: string[] = [];
  try {
    for (const { from, to } of plan) {
      made.push(to);
      await copy(join(skeleton, from), join(root, to), (text) => inNameOf(slug, text));
    }
  } catch (cause) {
    // All rooms or none: half a lab would stop the whole course from loading.
    for (const to of [...made, suites]) await rm(join(root, to), { recursive: true, force: true });
    throw cause;
  }
  const rooms = [
    ...plan.filter(({ about }) => about !== '').map(({ to, about }) => ({ path: to, about })),
    { path: suites, about: 'three suites, mutants, variants, the kept starter' },
  ];
  return { slug, rooms };
}

async function refuseTaken(root: string, slug: string): Promise<void> {
  const [, number, name] = slugPattern.exec(slug) ?? [];
  if (number === undefined || name === undefined || number === '00') {
    throw new NewLabError(
      `'${slug}' cannot name a lab. Two digits from 01, then words in lower case joined by hyphens: 20-fan-out.`,
    );
  }
  const rooms = [`docs/${slug}.mdx`, `labs/${slug}`, `solutions/${slug}`, `checker/suites/${slug}`];
  const there = rooms.filter((room) => existsSync(join(root, room)));
  if (there.length > 0) {
    throw new NewLabError(`Nothing was made: ${there.join(', ')} is there already. Choose another name.`);
  }
  const others = await readdir(join(root, 'docs'));
  const same = others.find((file) => file.startsWith(`${number}-`) || file.slice(3) === `${name}.mdx`);
  if (same !== undefined || takenPages.has(name)) {
    throw new NewLabError(
      `Nothing was made: the number and the name must be new, and docs/ has ${same ?? `${name}.mdx`}.`,
    );
  }
}

/** Text that names the skeleton names the new lab instead. */
function inNameOf(slug: string, text: string): string {
  return text.replaceAll(skeletonSlug, slug).replaceAll('-- 00 ', `-- ${slug.slice(0, 2)} `);
}

async function copy(from: string, to: string, change: (text: string) => string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const entries = await readdir(from, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOTDIR') return undefined;
    throw cause;
  });
  if (entries === undefined) return writeFile(to, change(await readFile(from, 'utf8')), { flag: 'wx' });
  for (const { name } of entries) await copy(join(from, name), join(to, name), change);
}
