import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** `as written`, or one of the orders in which tests have to pass as well. */
export type TestOrder = 'as written' | 'reversed' | `shuffled ${number}`;

/** The learner's tests against one handler, once. */
export interface PlannedRun {
  /** `right/given`, `right/<file>` or `wrong/<name>`. */
  subject: string;
  order: TestOrder;
  /** The handler's source. */
  source: string;
}

/** Five orders: one of them turned round, since what a test leaves behind hits the one after it. */
const otherOrders: readonly TestOrder[] = [
  'reversed',
  'shuffled 1',
  'shuffled 2',
  'shuffled 3',
  'shuffled 4',
];

/** A handler that the tests have to notice: the given one, with a mistake. */
export interface WrongHandler {
  /** The kind of mistake, in kebab case; its check has the same name. */
  name: string;
  /** Each `replace` occurs exactly once in the given handler. */
  edits: readonly { replace: string; by: string }[];
}

/**
 * Reads which handlers a lab's tests are run against. A lab whose answer is a test file has `subjects.ts` beside its
 * suites, with the wrong handlers, and `subjects/` with right ones; the right one that the learner sees is the kept
 * starter's.
 * @param root the checkout
 * @returns undefined for any other lab; else the given handler first, then the others in an order of chance, so that
 *   no test knows which one it has
 * @throws Error when a wrong handler's edits do not fit the given handler
 */
export async function planRuns(root: string, lab: string): Promise<readonly PlannedRun[] | undefined> {
  const suites = join(root, 'checker', 'suites', lab);
  const file = join(suites, 'subjects.ts');
  if (!existsSync(file)) return undefined;
  const { wrongHandlers } = (await import(pathToFileURL(file).href)) as {
    wrongHandlers: readonly WrongHandler[];
  };
  const given = await readFile(givenHandler(root, lab), 'utf8');
  const asWritten = (subject: string, source: string): PlannedRun => ({
    subject,
    order: 'as written',
    source,
  });
  const right = (await readdir(join(suites, 'subjects')))
    .filter((name) => name.endsWith('.ts'))
    .map(async (name) =>
      asWritten(`right/${name.replace(/\.ts$/, '')}`, await readFile(join(suites, 'subjects', name), 'utf8')),
    );
  return [
    asWritten('right/given', given),
    ...inOrderOfChance([
      ...otherOrders.map((order): PlannedRun => ({ subject: 'right/given', order, source: given })),
      ...(await Promise.all(right)),
      ...wrongHandlers.map((wrong) => asWritten(`wrong/${wrong.name}`, edited(given, wrong))),
    ]),
  ];
}

/** The handler that is given to the learner, as it was given. */
export function givenHandler(root: string, lab: string): string {
  return join(root, 'checker', 'suites', lab, 'starter', 'handler.ts');
}

function edited(given: string, { name, edits }: WrongHandler): string {
  return edits.reduce((source, { replace, by }) => {
    const found = source.split(replace).length - 1;
    if (found === 1) return source.replace(replace, () => by);
    throw new Error(
      `Wrong handler ${name}: the given one has ${found} places with ${JSON.stringify(replace)}; it must have exactly one.`,
    );
  }, given);
}

function inOrderOfChance<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ value }) => value);
}
