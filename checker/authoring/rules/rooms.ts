import { type Course, lessonOf, type Problem } from '../course.ts';

/** A lab is four rooms of one name; one that lacks a room cannot be taught. */
export function everyRoomIsThere({ files, slugs }: Course): Problem[] {
  return slugs.flatMap((slug) => {
    const suites = `checker/suites/${slug}`;
    const rooms = [
      { file: lessonOf(slug), has: files.has(lessonOf(slug)) },
      { file: `labs/${slug}/`, has: hasFolder(files, `labs/${slug}/`) },
      { file: `solutions/${slug}/`, has: hasFolder(files, `solutions/${slug}/`) },
      { file: `${suites}/mutants.ts`, has: files.has(`${suites}/mutants.ts`) },
      { file: `${suites}/variants/`, has: hasFolder(files, `${suites}/variants/`) },
      { file: `${suites}/starter/`, has: hasFolder(files, `${suites}/starter/`) },
    ];
    return rooms
      .filter(({ has }) => !has)
      .map(({ file }) => ({
        file,
        line: 1,
        what: `lab ${slug} has no ${file}`,
        todo: file.endsWith('/starter/')
          ? 'Keep the starter: npm run workshop -- starters --keep'
          : 'Write it, or remove the other rooms of this name.',
      }));
  });
}

/** The number puts a lab in its place, so no two can share one; the name is its page. */
export function numbersAndNamesAreUnique({ slugs }: Course): Problem[] {
  return slugs.flatMap((slug, index) => {
    const same = slugs
      .slice(0, index)
      .find((other) => other.slice(0, 2) === slug.slice(0, 2) || other.slice(3) === slug.slice(3));
    if (same === undefined) return [];
    return [
      {
        file: lessonOf(slug),
        line: 1,
        what: `${slug} shares its number or its name with ${same}`,
        todo: 'Give one of the two another number, in all four rooms.',
      },
    ];
  });
}

/** `reset` and the lesson use the copy beside the suites, so it has to be the starter. */
export function startersAreKept({ files, slugs }: Course): Problem[] {
  return slugs.flatMap((slug) => {
    const lab = below(files, `labs/${slug}/`);
    const kept = below(files, `checker/suites/${slug}/starter/`);
    // A whole room that is missing is another rule's.
    if (lab.size === 0 || kept.size === 0) return [];
    return [...new Set([...lab.keys(), ...kept.keys()])]
      .filter((name) => lab.get(name) !== kept.get(name))
      .map((name) => ({
        file: `labs/${slug}/${name}`,
        line: 1,
        what: 'this file is not the one of the kept starter',
        todo: 'If labs/ is right: npm run workshop -- starters --keep. If it is your own work on the lab: npm run workshop -- reset.',
      }));
  });
}

const byProduct =
  /(^|\/)(\.DS_Store|Thumbs\.db|cdk\.json|package(-lock)?\.json|tsconfig\.json)$|\.(js|cjs|map|log|orig|rej|bak|tmp|swp|zip)$|~$/;

/** Folders and files with a meaning in the rooms; anything else is there by accident. */
const known = [
  /^docs\/(\d{2}-[a-z0-9-]+\.mdx|[a-z-]+\.mdx|LICENSE|examples\/[\w.-]+\.ts)$/,
  /^(labs|solutions)\/\d{2}-[a-z0-9-]+\/.+\.(ts|json|ndjson|md)$/,
  /^checker\/suites\/\d{2}-[a-z0-9-]+\/.+\.(ts|json|ndjson|md)$/,
  // A function may come from a folder of code that is no TypeScript.
  /^checker\/suites\/\d{2}-[a-z0-9-]+\/variants\/[a-z0-9-]+\/code\/[\w.-]+\.(mjs|mts)$/,
];

/** What nobody meant to ship is not shipped. */
export function nothingIsStray({ files }: Course): Problem[] {
  return [...files.keys()]
    .filter((file) => /^(docs|labs|solutions|checker\/suites)\//.test(file))
    .filter((file) => byProduct.test(file) || !known.some((pattern) => pattern.test(file)))
    .map((file) => ({
      file,
      line: 1,
      what: 'this file has no place in the course',
      todo: 'Remove it, or move it to the lab that it belongs to.',
    }));
}

const marker = /(?:\/\/|\/\*|^\s*\*|#|\{\/\*)\s*(?:TODO|FIXME|XXX)\b/;

/** In a starter a TODO is a task for the learner; anywhere else it is ours, and undone. */
export function todosAreTasksOnly({ files }: Course): Problem[] {
  return [...files]
    .filter(([file]) => /\.(tsx?|mjs|mdx?)$/.test(file) && !/(^labs|\/starter)\//.test(file))
    .flatMap(([file, text]) =>
      text.split('\n').flatMap((line, index) =>
        marker.test(line)
          ? [
              {
                file,
                line: index + 1,
                what: `a TODO outside labs/: ${line.trim()}`,
                todo: 'Do it now, or remove the comment.',
              },
            ]
          : [],
      ),
    );
}

function hasFolder(files: Course['files'], folder: string): boolean {
  return [...files.keys()].some((file) => file.startsWith(folder));
}

function below(files: Course['files'], folder: string): Map<string, string> {
  return new Map(
    [...files]
      .filter(([file]) => file.startsWith(folder))
      .map(([file, text]) => [file.slice(folder.length), text]),
  );
}
