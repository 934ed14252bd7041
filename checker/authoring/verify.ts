import { countsLine, inventory } from '../lesson/fences.ts';
import type { Course, Problem } from './course.ts';
import * as checks from './rules/checks.ts';
import { importsStayInTheirRoom } from './rules/imports.ts';
import * as lessons from './rules/lessons.ts';
import { externalHosts, externalLinksAreHttps, internalLinksLeadSomewhere } from './rules/links.ts';
import { proseIsPlain } from './rules/prose.ts';
import * as rooms from './rules/rooms.ts';
import { type Speller, wordsAreSpelled } from './rules/spelling.ts';

/** A rule of the course: pure, from what the authors wrote to what is wrong with it. */
export type Rule = (course: Course) => Problem[];

/** Every rule, by its name, in the order in which problems should be mended. */
export const rules: Readonly<Record<string, Rule>> = {
  'every lab loads': ({ unreadable }) => [...unreadable],
  'a lab has its four rooms': rooms.everyRoomIsThere,
  'numbers and names are unique': rooms.numbersAndNamesAreUnique,
  'labs/ are the kept starters': rooms.startersAreKept,
  'no stray files': rooms.nothingIsStray,
  'TODOs stand in labs/ only': rooms.todosAreTasksOnly,
  'imports stay in their room': importsStayInTheirRoom,
  'what the starter passes is worth nothing': checks.whatTheStarterPassesIsWorthNothing,
  'every check with points has a mutant': checks.everyCheckWithPointsHasAMutant,
  "the starter's failures have reasons": checks.starterFailuresHaveReasons,
  'mutants are named for their trap': checks.mutantsAreNamedForTheirTrap,
  'there are four variants': checks.thereAreFourVariants,
  'hints come in three steps': checks.hintsAreThreeSteps,
  'checks point into the lesson': checks.checksPointIntoTheLesson,
  'front matter is complete': lessons.frontMatterIsComplete,
  'the outline is full': lessons.outlineIsFull,
  'hints and tables come from the catalogue': lessons.furnitureComesFromTheCatalogue,
  'the quiz has three questions': lessons.quizHasThreeQuestions,
  'every part is written': lessons.everyPartIsWritten,
  'code blocks are tested or marked': lessons.codeBlocksAreTestedOrMarked,
  'included code is there': lessons.includedCodeIsThere,
  'internal links lead somewhere': internalLinksLeadSomewhere,
  'external links are https': externalLinksAreHttps,
  'prose is plain': proseIsPlain,
};

export interface Verified {
  /** Of every rule, in the order of the rules. */
  problems: readonly (Problem & { rule: string })[];
  /** How many rules were asked. */
  rules: number;
  /** What there is to know that is not wrong: how much code is proven, where links lead. */
  notes: readonly string[];
}

/**
 * Asks every rule about the course.
 * @param options.only slugs of the labs to tell about; all of the course by default
 * @param options.speller the dictionary; spelling is left out without one
 */
export function verifyCourse(
  course: Course,
  options: { only?: readonly string[]; speller?: Speller } = {},
): Verified {
  const { only, speller } = options;
  const asked: Record<string, Rule> = { ...rules };
  if (speller) asked['words are spelled'] = (asking) => wordsAreSpelled(asking, speller);
  const problems = Object.entries(asked).flatMap(([rule, judge]) =>
    judge(course)
      .filter(({ file }) => only === undefined || only.some((slug) => belongsTo(file, slug)))
      .map((problem) => ({ rule, ...problem })),
  );
  return { problems, rules: Object.keys(asked).length, notes: notesOn(course) };
}

function notesOn(course: Course): readonly string[] {
  const pages = lessons.pages(course.files);
  const inventories = pages.flatMap(([file, text]) => {
    try {
      return [inventory(text, file)];
    } catch {
      // The rule about code blocks tells.
      return [];
    }
  });
  const hosts = externalHosts(course);
  const links = hosts.reduce((sum, [, count]) => sum + count, 0);
  return [
    countsLine(inventories),
    `links to other sites: ${links}, not followed: ${hosts.map(([host, count]) => `${host} ${count}`).join(', ')}`,
  ];
}

function belongsTo(file: string, slug: string): boolean {
  return (
    file === `docs/${slug}.mdx` ||
    ['labs', 'solutions', 'checker/suites'].some((room) => file.startsWith(`${room}/${slug}`))
  );
}
