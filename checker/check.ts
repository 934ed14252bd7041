import { z } from 'zod';
import type { Fixtures } from './fixtures.ts';

/** What a target may lack; a check that needs it is skipped there. */
export const abilities = ['faults', 'clock', 'cpu'] as const;
export type Ability = (typeof abilities)[number];

const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** What a check says of itself; list, points, hints and tables of lessons all come from it. */
export const checkOptionsSchema = z.strictObject({
  /** The promise, as a colleague would say it over your shoulder. */
  title: z.string().min(10),
  points: z.number().int().min(0),
  /** Bonus points come on top of the lab's maximum. */
  bonus: z.boolean().default(false),
  /** From a nudge to nearly the answer. */
  hints: z.array(z.string().min(10)).length(3, 'must be three hints, from a nudge to nearly the answer'),
  /** Anchor in the lab's lesson. */
  lesson: z.string().regex(/^#[a-z0-9-]+$/, 'must be an anchor in the lesson, such as #redrive'),
  /** What the starter does here; the matrix test holds it to that. */
  starter: z.enum(['fails', 'passes']),
  needs: z.array(z.enum(abilities)).default([]),
  /**
   * Handler checks of one lane run one after the other and share the function and its tables, which saves cold starts;
   * their ids tell them apart. When one fails, the rest get functions of their own.
   */
  lane: z.string().regex(slugPattern, 'must be kebab-case').optional(),
  /** The starter is deployed as well, where that costs nothing: the check shows both. */
  comparesWithStarter: z.boolean().default(false),
});
export type CheckOptions = z.input<typeof checkOptionsSchema>;

export type CheckBody = (fixtures: Fixtures) => Promise<void> | void;

/** A check as its suite file declared it. */
export interface Declaration extends z.output<typeof checkOptionsSchema> {
  slug: string;
}

/** Takes declarations: the catalogue collects them, the test runner runs them. */
export type CheckSink = (declaration: Declaration, body: CheckBody) => void;

/**
 * Declares a check. It is the only place in which anything about a check is said.
 * @param slug kebab-case, unique in its file; part of the check's id, so it never changes meaning
 * @param options title, points, hints, lesson anchor and what the starter does
 * @param body passes when it returns; fails when it throws an AssertionError whose message is for the learner
 * @throws Error when a declaration is not valid, saying what to write instead
 */
export function check(slug: string, options: CheckOptions, body: CheckBody): void {
  if (!slugPattern.test(slug)) {
    throw new Error(`check('${slug}'): a slug is kebab-case, such as 'redrive-after-five'.`);
  }
  const parsed = checkOptionsSchema.safeParse(options);
  if (!parsed.success) throw new Error(`check('${slug}'): ${z.prettifyError(parsed.error)}`);
  const sink = currentSink();
  if (!sink) throw new Error(`check('${slug}') was declared where nothing collects checks.`);
  sink({ slug, ...parsed.data }, body);
}

/**
 * A suite file is loaded by the catalogue and by test workers, each through its own module loader; the global
 * object is the one thing that the file and whoever loads it share for certain.
 */
const sinkKey = Symbol.for('checker.check-sink');
type SinkHolder = { [sinkKey]?: CheckSink };

function currentSink(): CheckSink | undefined {
  return (globalThis as SinkHolder)[sinkKey];
}

/** Sends the declarations of suite files that are loaded from now on to `sink`. */
export function collectChecks(sink: CheckSink | undefined): void {
  (globalThis as SinkHolder)[sinkKey] = sink;
}
