import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadContext, Plugin } from '@docusaurus/types';
import type { Lab } from '../../../checker/catalog.ts';
import { countsLine, inventory } from '../../../checker/lesson/fences.ts';
import { type LessonEntry, lessonEntries } from '../../lessons.ts';
import { readCatalog } from './catalog.ts';

/**
 * Brings the course's data into the site: one JSON file a lab, which lessons import as
 * `@generated/workshop/default/<slug>.json`, `course.json` with a line a lab, and the proof that every code block in the lessons is tested or marked.
 */
export default function workshopPlugin(context: LoadContext): Plugin {
  const root = context.siteDir;
  return {
    name: 'workshop',
    async loadContent() {
      const inventories = lessonFiles(root).map((file) =>
        inventory(readFileSync(join(root, file), 'utf8'), file),
      );
      console.log(countsLine(inventories));
    },
    async contentLoaded({ actions }) {
      const labs = await readCatalog(root);
      for (const lab of labs) await actions.createData(`${lab.slug}.json`, lab);
      await actions.createData('course.json', courseOf(labs, lessonEntries(root)));
    },
    getPathsToWatch: () => [join(root, 'docs/**/*.mdx'), join(root, 'checker/suites/**/*.ts')],
    configureWebpack: (_config, isServer) => ({
      // The pages are rendered by CommonJS chunks, which in a package of type "module" need a name that says so.
      ...(isServer ? { output: { chunkFilename: 'assets/js/[name].[contenthash:8].cjs' } } : {}),
      // On a small site the diagram library would count as common to most pages, and weigh on all of them.
      optimization: { splitChunks: { cacheGroups: { common: { test: isNotFromMermaid } } } },
      module: {
        rules: [
          {
            // Docusaurus generates these with `require`, which a package of type "module" would not allow.
            include: ['registry.js', 'client-modules.js'].map((file) =>
              join(context.generatedFilesDir, file),
            ),
            type: 'javascript/auto',
          },
          {
            // A path, not a RegExp: the bundler does not recognise one made by the config's loader.
            include: join(root, 'docs'),
            enforce: 'pre',
            use: [join(root, 'src/plugins/workshop/included-files-loader.mjs')],
          },
        ],
      },
    }),
  };
}

/** A lab as the landing page lists it. */
export interface CourseEntry {
  number: string;
  title: string;
  route: string;
  about: string;
  minutes: number;
  checks: number;
}

function courseOf(labs: readonly Lab[], lessons: readonly LessonEntry[]): CourseEntry[] {
  return labs.map(({ number, title, route, minutes, checks }) => ({
    number,
    title,
    route,
    about: lessons.find((lesson) => lesson.number === number)?.description ?? '',
    minutes,
    checks: checks.length,
  }));
}

function isNotFromMermaid(module: { nameForCondition?: () => string | null }): boolean {
  const path = module.nameForCondition?.() ?? '';
  return !path.includes('node_modules') || path.includes('@docusaurus');
}

function lessonFiles(root: string): string[] {
  return readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.mdx?$/.test(file))
    .map((file) => join('docs', file))
    .sort();
}
