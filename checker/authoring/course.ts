import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import { CourseError, type Lab, labFoldersIn, loadLab } from '../catalog.ts';
import { type Known, readKnown } from './matrix.ts';

/** Something that is wrong in the course: where, what, and what to do about it. */
export interface Problem {
  /** From the checkout's root. */
  file: string;
  /** From 1; 1 when it is about the file as a whole. */
  line: number;
  what: string;
  /** What the author does next. */
  todo: string;
}

/** The course as its authors wrote it, parsed once; what `verify` judges. */
export interface Course {
  /** Text of every file that belongs to the project, by its path from the root. */
  files: ReadonlyMap<string, string>;
  /** Every name under which there is a room, whether the other rooms are there or not. */
  slugs: readonly string[];
  /** The labs that could be read. */
  labs: readonly AuthoredLab[];
  /** Why the others could not. */
  unreadable: readonly Problem[];
}

export interface AuthoredLab extends Lab {
  known: Known;
}

/** What is no part of the project, whoever made it. */
const ignored = [
  'node_modules',
  '.git',
  '.scratch',
  '.progress',
  '.docusaurus',
  'build',
  'cdk.out',
  'static',
];

/** Reads the course. What cannot be read becomes a problem, so that one broken lab hides no other. */
export async function readCourse(root: string): Promise<Course> {
  const paths = await glob(['**/*'], {
    cwd: root,
    ignore: ignored.map((folder) => `**/${folder}/**`),
    dot: true,
    followSymbolicLinks: false,
  });
  const files = new Map<string, string>();
  for (const path of paths.sort()) {
    // A link, such as a solution's given/, is read where it leads.
    const text = await readFile(join(root, path), 'utf8').catch(() => undefined);
    if (text !== undefined) files.set(path, text);
  }
  const slugs = slugsOf(files.keys(), await labFoldersIn(join(root, 'checker', 'suites')));
  const labs: AuthoredLab[] = [];
  const unreadable: Problem[] = [];
  for (const slug of slugs) {
    try {
      labs.push({ ...(await loadLab(root, slug)), known: await readKnown(root, slug) });
    } catch (cause) {
      unreadable.push(problemOf(slug, cause));
    }
  }
  return { files, slugs, labs, unreadable };
}

/** The labs that have at least one room, in teaching order. */
function slugsOf(paths: Iterable<string>, suites: readonly string[]): readonly string[] {
  const slugs = new Set(suites);
  for (const path of paths) {
    const [, lesson, room] =
      /^(?:docs\/(\d{2}-[a-z0-9-]+)\.mdx$|(?:labs|solutions)\/(\d{2}-[a-z0-9-]+)\/)/.exec(path) ?? [];
    const slug = lesson ?? room;
    if (slug !== undefined) slugs.add(slug);
  }
  return [...slugs].sort();
}

function problemOf(slug: string, cause: unknown): Problem {
  const what = cause instanceof Error ? cause.message : String(cause);
  const known = cause instanceof CourseError;
  return {
    file: known && what.startsWith('docs/') ? `docs/${slug}.mdx` : `checker/suites/${slug}`,
    line: 1,
    what: `the lab does not load: ${what}`,
    todo: 'Mend this first: while one lab does not load, no lab can be graded.',
  };
}

/** Line of the text at `index`, from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** The lesson of a lab, from the checkout's root. */
export function lessonOf(slug: string): string {
  return `docs/${slug}.mdx`;
}
