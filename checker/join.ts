import type { DeclaredCheck } from './catalog.ts';
import type { Ability } from './check.ts';
import type { StageFailure } from './pipeline/failure.ts';
import type { CheckResult, CheckStatus, Kind } from './report.ts';
import type { Observation } from './suite-runner/session.ts';

/** What decides, before anything runs, that a check does not run. */
export interface Circumstances {
  /** Kinds that were asked for. */
  kinds: readonly Kind[];
  /** Ids of the only checks that were asked for; absent: all. */
  only?: readonly string[];
  /** What the target can do. */
  abilities: readonly Ability[];
  /** Why the checks of a kind cannot run. */
  blocked: Partial<Record<Kind, StageFailure>>;
}

/**
 * The result of a check that does not run.
 * @returns undefined when it does
 */
export function resultWithoutRunning(
  check: DeclaredCheck,
  { kinds, only, abilities, blocked }: Circumstances,
): CheckResult | undefined {
  if (!kinds.includes(check.kind)) {
    return resultOf(check, 'skipped', 0, `Not asked for: --kind ${kinds.join(',')}.`);
  }
  if (only && !only.includes(check.id)) return resultOf(check, 'skipped', 0, 'Not asked for.');
  const missing = check.needs.find((need) => !abilities.includes(need));
  if (missing) return resultOf(check, 'skipped', 0, `Not possible on this target: it has no ${missing}.`);
  const failure = blocked[check.kind];
  if (!failure) return undefined;
  return resultOf(
    check,
    failure.blame === 'learner' ? 'failed' : 'error',
    0,
    `Did not run. ${failure.message}`,
  );
}

/** The result of a check that ran. */
export function observedResult(
  check: DeclaredCheck,
  { status, durationMs, message }: Observation,
): CheckResult {
  return resultOf(check, status, durationMs, message);
}

/**
 * The result of a check that should have run and did not report.
 * @param problems what went wrong beside the checks
 * @param bailed whether an earlier check ended the run on purpose
 */
export function silentResult(
  check: DeclaredCheck,
  problems: readonly string[],
  bailed: boolean,
): CheckResult {
  if (bailed) return resultOf(check, 'skipped', 0, 'Not run: --bail, and an earlier check did not pass.');
  const why = problems.length > 0 ? problems.join('\n') : 'The suite ended without it.';
  return resultOf(check, 'error', 0, `The check did not report. ${why}`);
}

function resultOf(
  { id, title, kind, points, bonus, hints, lesson }: DeclaredCheck,
  status: CheckStatus,
  durationMs: number,
  message: string | undefined,
): CheckResult {
  return {
    id,
    title,
    kind,
    points,
    bonus,
    status,
    durationMs,
    ...(message && { message }),
    ...(status === 'failed' && hints[0] && { hint: hints[0] }),
    lesson,
  };
}
