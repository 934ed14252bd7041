import type { DeclaredCheck } from '../../../checker/catalog.ts';
import type { CheckResult, LabReport } from '../../../checker/report.ts';
import type { LabState, ServerEvent } from '../../../checker/server/protocol.ts';

/** What a panel shows of one lab. Everything here comes from the server; nothing is computed about the verdict. */
export interface PanelState {
  /** `absent`: these are plain files. `live`: connected. `lost`: was connected. */
  contact: 'absent' | 'live' | 'lost';
  run: LabState['state'];
  phase?: string;
  results: Readonly<Record<string, CheckResult>>;
  /** Ids that the run under way has reported. */
  reported: readonly string[];
  /** Statuses at the start of the run under way. */
  before: Readonly<Record<string, string>>;
  /** Ids whose status differs from the verdict before. */
  moved: readonly string[];
  report?: LabReport;
  changed: readonly string[];
  watching: boolean;
  trouble?: string;
}

export type PanelAction =
  | ServerEvent
  | { event: 'contact'; data: PanelState['contact'] }
  | { event: 'refused'; data: string };

/** How one check looks: its last known status, `not-run` before the first, and whether its result is on the way. */
export type ShownStatus = CheckResult['status'] | 'not-run';

export const initialState: PanelState = {
  contact: 'absent',
  run: 'idle',
  results: {},
  reported: [],
  before: {},
  moved: [],
  changed: [],
  watching: false,
};

/** Applies one event. Events about other labs change nothing. */
export function panelReducer(lab: string): (state: PanelState, action: PanelAction) => PanelState {
  return (state, action) => {
    if (action.event === 'contact')
      return { ...state, contact: action.data, ...(action.data === 'lost' ? { run: settled(state) } : {}) };
    if (action.event === 'refused') return { ...state, trouble: action.data };
    if (action.data.lab !== lab) return state;
    if (action.event === 'phase') return { ...state, phase: action.data.phase };
    if (action.event === 'check') return withResult(state, action.data.result);
    if (action.event === 'state') return withState(state, action.data);
    return state;
  };
}

/** The status to show for a check. */
export function statusOf(state: PanelState, id: string): ShownStatus {
  return state.results[id]?.status ?? 'not-run';
}

/** Whether the run under way still owes this check's result. */
export function isAwaited(state: PanelState, id: string): boolean {
  return state.run === 'running' && !state.reported.includes(id);
}

/** The first check, in the lesson's order, that stands between the learner and a passed lab. */
export function nextCheck(state: PanelState, checks: readonly DeclaredCheck[]): DeclaredCheck | undefined {
  return checks.find((check) => !check.bonus && ['failed', 'error'].includes(statusOf(state, check.id)));
}

/** Points from checks that pass now, and what the lab is worth. */
export function pointsOf(
  state: PanelState,
  checks: readonly DeclaredCheck[],
): { points: number; of: number; passed: number } {
  const passed = checks.filter((check) => statusOf(state, check.id) === 'passed');
  const sum = (some: readonly DeclaredCheck[]) => some.reduce((total, check) => total + check.points, 0);
  return { points: sum(passed), of: sum(checks.filter((check) => !check.bonus)), passed: passed.length };
}

/** The sentence that a screen reader hears when a verdict is there. */
export function spokenVerdict(state: PanelState, checks: readonly DeclaredCheck[]): string {
  if (state.run !== 'done' || state.report === undefined) return '';
  const { points, of, passed } = pointsOf(state, checks);
  const named = checks.filter((check) => state.moved.includes(check.id));
  const news = named.map((check) => `${statusOf(state, check.id)}: ${check.title}.`);
  return [`${passed} of ${checks.length} checks pass, ${points} of ${of} points.`, ...news].join(' ');
}

function withState(state: PanelState, data: LabState): PanelState {
  const common = { ...state, changed: data.changed, watching: data.watching, trouble: data.trouble };
  if (data.state === 'running') {
    // A page that opens during a run hears of it once more; what it has already is kept.
    if (state.run === 'running') return common;
    return {
      ...common,
      run: 'running',
      phase: undefined,
      reported: [],
      moved: [],
      before: statuses(state.results),
    };
  }
  if (data.report === undefined) return { ...common, run: data.state, phase: undefined };
  const results = Object.fromEntries(data.report.checks.map((result) => [result.id, result]));
  const before = state.run === 'running' ? state.before : statuses(state.results);
  const moved = data.report.checks.filter((result) => differs(before, result)).map((result) => result.id);
  const same = state.run === 'done' && moved.length === 0;
  return {
    ...common,
    run: data.state,
    phase: undefined,
    results,
    report: data.report,
    moved: same ? state.moved : moved,
  };
}

function withResult(state: PanelState, result: CheckResult): PanelState {
  return {
    ...state,
    results: { ...state.results, [result.id]: result },
    reported: [...state.reported, result.id],
    moved: differs(state.before, result) ? [...state.moved, result.id] : state.moved,
  };
}

function differs(before: PanelState['before'], result: CheckResult): boolean {
  const earlier = before[result.id];
  return earlier !== undefined && earlier !== result.status;
}

function statuses(results: PanelState['results']): Record<string, string> {
  return Object.fromEntries(Object.values(results).map((result) => [result.id, result.status]));
}

function settled(state: PanelState): LabState['state'] {
  return state.report === undefined ? 'idle' : 'done';
}
