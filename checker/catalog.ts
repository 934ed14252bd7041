import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { type CheckBody, collectChecks, type Declaration } from './check.ts';
import { type Kind, kinds } from './report.ts';

/** A check as the course knows it: its declaration, and where it stands. */
export interface DeclaredCheck {
  /** `<lab>/<kind>/<slug>` */
  id: string;
  slug: string;
  kind: Kind;
  title: string;
  points: number;
  bonus: boolean;
  /** Three, from a nudge to nearly the answer. */
  hints: readonly string[];
  /** Page and anchor, for example `/sqs-batch#redrive`. */
  lesson: string;
  /** What the starter does on this check. */
  starter: 'fails' | 'passes';
  needs: Declaration['needs'];
  /** Whether it wants the starter deployed beside the submission. */
  comparesWithStarter?: boolean;
}

/** A lab of the course. */
export interface Lab {
  /** Two digits. */
  number: string;
  /** Name of its folders, for example `07-sqs-batch`. */
  slug: string;
  title: string;
  /** Its lesson's page, for example `/sqs-batch`. */
  route: string;
  /** How long reading and lab take. */
  minutes: number;
  checks: readonly DeclaredCheck[];
}

/** Something in the course's own files is wrong; the message says what to do about it. */
export class CourseError extends Error {
  override readonly name = 'CourseError';
}

const frontMatterSchema = z.object({
  title: z.string().min(1),
  lab: z.string(),
  minutes: z.coerce.number().int().positive(),
});

const labFolder = /^(\d{2})-([a-z0-9]+(?:-[a-z0-9]+)*)$/;

/**
 * Reads the course from its folders: a lab is a folder of `labs/`, described by the front matter of its lesson
 * and the checks that its suites declare. A learner who deletes the folder does not delete the lab: the starter
 * that is kept beside the suites stands for it.
 * @param root the checkout
 * @returns the labs in teaching order
 * @throws CourseError when a lab's files disagree, naming the file
 */
export async function loadCatalog(root: string): Promise<readonly Lab[]> {
  const kept = (await labFoldersIn(join(root, 'checker', 'suites'))).filter((slug) =>
    existsSync(join(root, 'checker', 'suites', slug, 'starter')),
  );
  const slugs = new Set([...kept, ...(await labFoldersIn(join(root, 'labs')))]);
  const labs: Lab[] = [];
  // One after the other: declarations are collected through one global sink.
  for (const slug of [...slugs].sort()) labs.push(await loadLab(root, slug));
  return labs;
}

/** Names of the folders in `folder` that are named as labs are, sorted. */
export async function labFoldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && labFolder.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

/**
 * Finds a lab by any of its names: `7`, `07`, `sqs-batch`, `07-sqs-batch`.
 * @returns undefined when there is none
 */
export function findLab<L extends Pick<Lab, 'slug' | 'number'>>(
  labs: readonly L[],
  name: string,
): L | undefined {
  return labs.find(
    ({ slug, number }) =>
      name === slug || name === slug.slice(3) || (/^\d{1,2}$/.test(name) && Number(name) === Number(number)),
  );
}

/** The file in which a lab's checks of one kind are declared. */
export function suiteFile(root: string, slug: string, kind: Kind): string {
  return join(root, 'checker', 'suites', slug, `${kind}.test.ts`);
}

/**
 * Reads one lab of the course.
 * @param slug name of its folders
 * @throws CourseError when its files disagree, naming the file
 */
export async function loadLab(root: string, slug: string): Promise<Lab> {
  const [, number = '', name = ''] = labFolder.exec(slug) ?? [];
  const { title, minutes } = await readFrontMatter(root, slug);
  const route = `/${name}`;
  const checks: DeclaredCheck[] = [];
  for (const kind of kinds) {
    const file = suiteFile(root, slug, kind);
    if (!existsSync(file)) continue;
    for (const declaration of await declarationsOf(file)) {
      const { lesson, ...rest } = declaration;
      checks.push({ ...rest, id: `${slug}/${kind}/${rest.slug}`, kind, lesson: `${route}${lesson}` });
    }
  }
  if (checks.length === 0) {
    throw new CourseError(
      `Lab ${slug} has no checks: declare some in checker/suites/${slug}/handler.test.ts.`,
    );
  }
  return { number, slug, title, route, minutes, checks };
}

async function declarationsOf(file: string): Promise<readonly Declaration[]> {
  const collected: Declaration[] = [];
  collectChecks((declaration: Declaration, _body: CheckBody) => {
    if (collected.some(({ slug }) => slug === declaration.slug)) {
      throw new Error(`'${declaration.slug}' is declared twice; give one of the two another slug.`);
    }
    collected.push(declaration);
  });
  try {
    // A suite is evaluated once a process, so its declarations are kept beside its module.
    const known = declarationsByFile.get(file);
    if (known) return known;
    await import(pathToFileURL(file).href);
  } catch (cause) {
    throw new CourseError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  } finally {
    collectChecks(undefined);
  }
  declarationsByFile.set(file, collected);
  return collected;
}

const declarationsByFile = new Map<string, readonly Declaration[]>();

/** Front matter is flat: `key: value` lines between two `---` lines. */
async function readFrontMatter(root: string, slug: string): Promise<z.output<typeof frontMatterSchema>> {
  const file = join('docs', `${slug}.mdx`);
  const text = await readFile(join(root, file), 'utf8').catch(() => {
    throw new CourseError(
      `Lab ${slug} has no lesson: write ${file} with title, lab and minutes in its front matter.`,
    );
  });
  const block = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? '';
  const members = [...block.matchAll(/^(\w+):[ \t]*(.*?)[ \t]*$/gm)].map(([, key = '', value = '']) => [
    key,
    value.replace(/^(['"])(.*)\1$/, '$2'),
  ]);
  const parsed = frontMatterSchema.safeParse(Object.fromEntries(members));
  if (!parsed.success) throw new CourseError(`${file}: front matter: ${z.prettifyError(parsed.error)}`);
  if (parsed.data.lab !== slug) {
    throw new CourseError(`${file}: front matter says lab: ${parsed.data.lab}; write lab: ${slug}.`);
  }
  return parsed.data;
}
