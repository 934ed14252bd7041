import type { Lab } from '../catalog.ts';
import type { CheckResult, LabReport } from '../report.ts';
import type { Phase } from '../run.ts';
import type { DiffLine } from '../workshop/diff.ts';
import { describeChanges, GIVEN_NOTICE } from './changes.ts';
import type { SessionEvent } from './session.ts';

/** Everything that watch mode shows, and all that its decisions depend on. */
export interface View {
  labs: readonly Lab[];
  /** The lab that is shown: the one that ran or changed last. */
  lab: Lab;
  running: boolean;
  phase?: Phase;
  /** What was saved last, in a few words. */
  changed?: string;
  /** The last known result of each check, by id. */
  results: ReadonlyMap<string, CheckResult>;
  /** Checks that the run under way has reported. */
  fresh: ReadonlySet<string>;
  reports: ReadonlyMap<string, LabReport>;
  /** Id of the check whose message is shown, if the learner chose one. */
  chosen?: string;
  /** How many hints of a check were shown, by id. */
  hints: ReadonlyMap<string, number>;
  notices: readonly string[];
  /** Why the last run has no verdict. */
  trouble?: string;
  diff?: { lines: readonly DiffLine[]; top: number };
}

export type WatchEvent =
  | { type: 'session'; event: SessionEvent }
  /** A key, by name: `h`, `up`, `ctrl-c`. */
  | { type: 'key'; key: string }
  | { type: 'diff'; lines: readonly DiffLine[] }
  | { type: 'signal'; exitCode: number };

/** What an event asks for besides a new view. */
export type Effect =
  | { type: 'run'; lab: string }
  | { type: 'rememberHint'; check: string; count: number }
  | { type: 'readDiff'; lab: string }
  | { type: 'quit'; exitCode: number };

export interface Decision {
  view: View;
  effects: readonly Effect[];
}

/**
 * The view before anything ran.
 * @param labs the labs watched; at least one
 * @param hints how many hints of each check the learner has seen before
 */
export function initialView(labs: readonly Lab[], hints: ReadonlyMap<string, number>): View {
  const [lab] = labs;
  if (lab === undefined) throw new Error('There is no lab to watch.');
  return {
    labs,
    lab,
    running: false,
    results: new Map(),
    fresh: new Set(),
    reports: new Map(),
    hints,
    notices: [],
  };
}

/** Decides what an event does: the next view, and what is to be done besides. */
export function decide(view: View, event: WatchEvent): Decision {
  switch (event.type) {
    case 'session':
      return { view: afterSession(view, event.event), effects: [] };
    case 'key':
      return afterKey(view, event.key);
    case 'diff':
      return { view: { ...view, diff: { lines: event.lines, top: 0 } }, effects: [] };
    case 'signal':
      return { view, effects: [{ type: 'quit', exitCode: event.exitCode }] };
  }
}

/** Checks that stand between the learner and a passed lab, in declared order; what is not bonus comes first. */
export function failing(view: View): readonly CheckResult[] {
  const open = view.lab.checks
    .map(({ id }) => view.results.get(id))
    .filter((result) => result !== undefined)
    .filter(({ status }) => status === 'failed' || status === 'error');
  return [...open.filter(({ bonus }) => !bonus), ...open.filter(({ bonus }) => bonus)];
}

/** The check whose message is shown: the chosen one while it fails, else the next failing one. */
export function focused(view: View): CheckResult | undefined {
  const open = failing(view);
  return open.find(({ id }) => id === view.chosen) ?? open[0];
}

/** The hints of a check that are shown: the first one at least. */
export function shownHints(view: View, check: string): { shown: readonly string[]; of: number } {
  const hints = view.lab.checks.find(({ id }) => id === check)?.hints ?? [];
  return { shown: hints.slice(0, Math.max(1, view.hints.get(check) ?? 0)), of: hints.length };
}

function afterSession(view: View, event: SessionEvent): View {
  switch (event.type) {
    case 'changed': {
      const ignored = event.edit === 'nothing';
      return {
        ...show(view, event.lab),
        changed: describeChanges(event.changes),
        diff: undefined,
        notices: ignored ? [GIVEN_NOTICE] : [],
      };
    }
    case 'started':
      return {
        ...show(view, event.lab),
        running: true,
        phase: undefined,
        fresh: new Set(),
        notices: [],
        trouble: undefined,
      };
    case 'phase':
      return { ...view, phase: event.phase };
    case 'check':
      return withResults(view, [event.result]);
    case 'notice':
      return { ...view, notices: [...view.notices, event.message] };
    case 'finished':
      return {
        ...withResults(view, event.report.checks),
        running: false,
        reports: new Map(view.reports).set(event.lab, event.report),
      };
    case 'cancelled':
      return { ...view, running: false };
    case 'broken':
      return { ...view, running: false, trouble: event.message };
    case 'trouble':
      return { ...view, notices: [...view.notices, event.message] };
  }
}

function afterKey(view: View, key: string): Decision {
  const stay = { view, effects: [] };
  if (key === 'ctrl-c') return { view, effects: [{ type: 'quit', exitCode: 130 }] };
  if (key === 'q') return { view, effects: [{ type: 'quit', exitCode: 0 }] };
  if (view.diff !== undefined) {
    if (key === 'd' || key === 'escape') return { view: { ...view, diff: undefined }, effects: [] };
    const by = { up: -1, k: -1, down: 1, j: 1, pageup: -20, pagedown: 20, space: 20 }[key];
    return by === undefined ? stay : { view: { ...view, diff: scroll(view.diff, by) }, effects: [] };
  }
  if (key === 'd') return { view, effects: [{ type: 'readDiff', lab: view.lab.slug }] };
  if (key === 'r') return { view, effects: [{ type: 'run', lab: view.lab.slug }] };
  const check = focused(view);
  if (check === undefined) return stay;
  if (key === 'n') {
    const open = failing(view);
    const next = open[(open.indexOf(check) + 1) % open.length];
    return { view: { ...view, chosen: next?.id }, effects: [] };
  }
  if (key === 'h') {
    const { shown, of } = shownHints(view, check.id);
    if (shown.length >= of) return stay;
    const count = shown.length + 1;
    return {
      view: { ...view, hints: new Map(view.hints).set(check.id, count) },
      effects: [{ type: 'rememberHint', check: check.id, count }],
    };
  }
  return stay;
}

function show(view: View, slug: string): View {
  if (view.lab.slug === slug) return view;
  const lab = view.labs.find((other) => other.slug === slug);
  return lab === undefined
    ? view
    : { ...view, lab, chosen: undefined, trouble: undefined, changed: undefined };
}

function withResults(view: View, results: readonly CheckResult[]): View {
  const known = new Map(view.results);
  const fresh = new Set(view.fresh);
  for (const result of results) {
    known.set(result.id, result);
    fresh.add(result.id);
  }
  return { ...view, results: known, fresh };
}

function scroll(diff: NonNullable<View['diff']>, by: number): NonNullable<View['diff']> {
  return { ...diff, top: Math.max(0, Math.min(diff.lines.length - 1, diff.top + by)) };
}
