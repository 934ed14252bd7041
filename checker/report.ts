import { z } from 'zod';

/** The kinds of checks; a check's kind is the name of the file that declares it. */
export const kinds = ['handler', 'stack', 'live'] as const;
export type Kind = (typeof kinds)[number];

/** How a check ended. `failed` is the learner's, `error` is ours. */
export const checkStatuses = ['passed', 'failed', 'skipped', 'error'] as const;
export type CheckStatus = (typeof checkStatuses)[number];

/** One check's verdict. `hint` and `lesson` say where to go on from a check that did not pass. */
export const checkResultSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  kind: z.enum(kinds),
  points: z.number().int().nonnegative(),
  bonus: z.boolean(),
  status: z.enum(checkStatuses),
  durationMs: z.number().int().nonnegative(),
  message: z.string().optional(),
  hint: z.string().optional(),
  lesson: z.string(),
});
export type CheckResult = z.infer<typeof checkResultSchema>;

/** One lab's verdict: every declared check, in declared order. */
export const labReportSchema = z.strictObject({
  lab: z.string(),
  passed: z.boolean(),
  points: z.number().int().nonnegative(),
  maxPoints: z.number().int().nonnegative(),
  durationMs: z.number().int().nonnegative(),
  checks: z.array(checkResultSchema),
});
export type LabReport = z.infer<typeof labReportSchema>;

/** The document that `npm run check -- --json` prints when the labs are known. */
export const reportSchema = z.strictObject({
  version: z.literal(1),
  target: z.string(),
  seed: z.number().int(),
  labs: z.array(labReportSchema),
});
export type Report = z.infer<typeof reportSchema>;

/** The document that it prints when they are not. */
export const errorReportSchema = z.strictObject({
  version: z.literal(1),
  error: z.strictObject({ code: z.string(), message: z.string() }),
});
export type ErrorReport = z.infer<typeof errorReportSchema>;

/**
 * Adds up a lab's verdict from its checks.
 * @param lab the lab's slug
 * @param checks one result for each declared check
 * @param durationMs real milliseconds from the request to the verdict
 */
export function summarize(lab: string, checks: readonly CheckResult[], durationMs: number): LabReport {
  const asked = checks.filter(({ status }) => status !== 'skipped');
  const sum = (of: readonly CheckResult[]) => of.reduce((total, { points }) => total + points, 0);
  return {
    lab,
    passed: asked.length > 0 && asked.every(({ status, bonus }) => bonus || status === 'passed'),
    points: sum(checks.filter(({ status }) => status === 'passed')),
    maxPoints: sum(checks.filter(({ bonus }) => !bonus)),
    durationMs: Math.round(durationMs),
    checks: [...checks],
  };
}

/** 0: all labs passed; 1: some did not; 2: there is a check that could not be graded. */
export function exitCodeOf(labs: readonly LabReport[]): 0 | 1 | 2 {
  if (labs.some(({ checks }) => checks.some(({ status }) => status === 'error'))) return 2;
  return labs.every(({ passed }) => passed) ? 0 : 1;
}
