import { inventory } from '../../lesson/fences.ts';
import { regionOf } from '../../lesson/regions.ts';
import { type Course, lessonOf, lineAt, type Problem } from '../course.ts';

/** The outline that every lesson has, in this order; learners find their way by it. */
const outline = [
  'failure',
  'how-it-works',
  'traps',
  'lab',
  'contract',
  'live-verdict',
  'points',
  'hints',
  'watch',
  'solution',
  'other-tools',
  'production',
  'quiz',
] as const;

/** What reads the catalogue, so that lesson, site and terminal say the same. */
const furniture = [
  '<LessonHead lab={lab} />',
  '<Checks lab={lab} />',
  '<CheckTable lab={lab} />',
  '<Hints lab={lab} />',
];

/** Title, description and times stand at the top; menus and the landing page show them. */
export function frontMatterIsComplete({ files, slugs }: Course): Problem[] {
  return lessons(files, slugs).flatMap(({ slug, file, text }) => {
    const value = (key: string) =>
      new RegExp(`^${key}:[ \\t]*(.+)$`, 'm').exec(frontMatter(text))?.[1]?.trim();
    const at = (key: string, what: string, todo: string) => ({
      file,
      line: lineAt(text, Math.max(0, text.search(new RegExp(`^${key}:`, 'm')))),
      what,
      todo,
    });
    const missing = ['title', 'description', 'lab', 'minutes', 'reading'].filter((key) => !value(key));
    if (missing.length > 0) {
      return [at('title', `front matter lacks ${missing.join(', ')}`, 'Add it between the two --- lines.')];
    }
    const [minutes, reading] = [Number(value('minutes')), Number(value('reading'))];
    const found: Problem[] = [];
    if (!Number.isInteger(minutes) || !Number.isInteger(reading) || reading <= 0 || reading >= minutes) {
      found.push(
        at(
          'minutes',
          `minutes: ${value('minutes')} and reading: ${value('reading')} do not fit`,
          'Set minutes to reading and lab together; both are whole minutes.',
        ),
      );
    }
    if (value('lab') !== slug) {
      found.push(at('lab', `front matter names the lab ${value('lab')}`, `Write lab: ${slug}.`));
    }
    return found;
  });
}

/** Every lesson has every part, in the order in which the others have it. */
export function outlineIsFull({ files, slugs }: Course): Problem[] {
  return lessons(files, slugs).flatMap(({ file, text }) => {
    let last = 0;
    return outline.flatMap((id, index) => {
      const found = text.indexOf(`{/* #${id} */}`);
      if (found === -1) {
        const before = index === 0 ? 'at the beginning' : `after #${outline[index - 1]}`;
        return [
          {
            file,
            line: 1,
            what: `the part #${id} is missing`,
            todo: `Add a heading that ends with {/* #${id} */}, ${before}.`,
          },
        ];
      }
      const early = found < last;
      last = Math.max(last, found);
      if (!early) return [];
      const todo = `The order is ${outline.join(', ')}.`;
      return [{ file, line: lineAt(text, found), what: `the part #${id} comes too early`, todo }];
    });
  });
}

/** Hints, table and verdict come from the checks; what is typed a second time would drift. */
export function furnitureComesFromTheCatalogue({ files, slugs, labs }: Course): Problem[] {
  return lessons(files, slugs).flatMap(({ slug, file, text }) => {
    const data = `import lab from '@generated/workshop/default/${slug}.json';`;
    const missing = [data, ...furniture].filter((piece) => !text.includes(piece));
    const typed = (labs.find((lab) => lab.slug === slug)?.checks ?? []).flatMap(({ hints, slug: check }) =>
      hints.filter((hint) => text.includes(hint)).map((hint) => ({ hint, check })),
    );
    return [
      ...missing.map((piece) => ({
        file,
        line: 1,
        what: `the lesson does not have ${piece}`,
        todo: 'Add it as the other lessons have it.',
      })),
      ...typed.map(({ hint, check }) => ({
        file,
        line: lineAt(text, text.indexOf(hint)),
        what: `a hint of ${check} stands here in plain sight`,
        todo: 'Remove it: <Hints lab={lab} /> shows it, folded, as the checker has it.',
      })),
    ];
  });
}

/** The code blocks of every page are tested, or say why not. */
export function codeBlocksAreTestedOrMarked({ files }: Course): Problem[] {
  return pages(files).flatMap(([file, text]) => {
    try {
      inventory(text, file);
      return [];
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      const [, line = '1', what = message] = /^[^:]+:(\d+): (.*)$/s.exec(message) ?? [];
      const [first = what, ...rest] = what.split('. ');
      return [
        {
          file,
          line: Number(line),
          what: first,
          todo: rest.join('. ') || 'Close it with the same backticks.',
        },
      ];
    }
  });
}

/** Code that a page takes from a file is there. */
export function includedCodeIsThere({ files }: Course): Problem[] {
  return pages(files).flatMap(([file, text]) =>
    [...text.matchAll(/^\s*<(Code|SolutionDiff)\b([^>]*)>/gm)].flatMap(
      ({ 1: tag, 2: attributes = '', index }) => {
        const value = (name: string) => new RegExp(`\\b${name}="([^"]+)"`).exec(attributes)?.[1];
        const named = value('file') ?? '';
        const path = tag === 'Code' ? named : `solutions/${value('lab')}/${named}`;
        const at = (what: string, todo: string) => [{ file, line: lineAt(text, index + 1), what, todo }];
        const source = files.get(path);
        if (source === undefined) return at(`${path} is not there`, `Correct the path in <${tag}>.`);
        const region = value('region');
        if (region === undefined) return [];
        try {
          regionOf(source, path, region);
          return [];
        } catch (cause) {
          return at(
            `${path} lacks the region ${region}`,
            cause instanceof Error ? cause.message : String(cause),
          );
        }
      },
    ),
  );
}

/** A comment that begins with `write:` marks a place that the author still has to fill. */
export function everyPartIsWritten({ files }: Course): Problem[] {
  return pages(files).flatMap(([file, text]) =>
    [...text.matchAll(/\{\/\* write: (.*?) \*\/\}/gs)].map(({ 1: what = '', index }) => ({
      file,
      line: lineAt(text, index),
      what: `still to write: ${what.replaceAll(/\s+/g, ' ')}`,
      todo: 'Write it, then remove the comment.',
    })),
  );
}

/** A quiz of three shows what was understood; each option says why it is right or wrong. */
export function quizHasThreeQuestions({ files, slugs }: Course): Problem[] {
  return lessons(files, slugs).flatMap(({ file, text }) => {
    const start = text.indexOf('<Quiz');
    if (start === -1) {
      return [{ file, line: 1, what: 'there is no quiz', todo: 'Add <Quiz questions={[…]} /> at the end.' }];
    }
    const quiz = text.slice(start);
    const count = (pattern: RegExp) => [...quiz.matchAll(pattern)].length;
    const [questions, right] = [count(/\bquestion:/g), count(/\bright: true\b/g)];
    const [options, reasons] = [count(/\btext:/g), count(/\bwhy:/g)];
    const at = (what: string, todo: string) => ({ file, line: lineAt(text, start), what, todo });
    return [
      ...(questions >= 3 ? [] : [at(`the quiz has ${questions} questions`, 'Ask at least three.')]),
      ...(right >= questions
        ? []
        : [at('a question of the quiz has no right answer', 'Mark it: right: true.')]),
      ...(reasons === options
        ? []
        : [at('an option of the quiz has no reason', "Give every option its why: '…'.")]),
    ];
  });
}

/** Every page under docs/, by its path. */
export function pages(files: Course['files']): [file: string, text: string][] {
  return [...files].filter(([file]) => /^docs\/.*\.mdx?$/.test(file));
}

function lessons(files: Course['files'], slugs: readonly string[]) {
  return slugs.flatMap((slug) => {
    const file = lessonOf(slug);
    const text = files.get(file);
    return text === undefined ? [] : [{ slug, file, text }];
  });
}

function frontMatter(text: string): string {
  return /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? '';
}
