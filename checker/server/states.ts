import type { LabReport } from '../report.ts';
import { GIVEN_NOTICE } from '../watch/changes.ts';
import type { SessionEvent } from '../watch/session.ts';
import type { LabState, ServerEvent } from './protocol.ts';

/** What the pages show of each lab, by slug. */
export type States = ReadonlyMap<string, LabState>;

/**
 * The states with which the server starts: the recorded verdicts, all labs watched.
 * @param labs slugs
 * @param latest the last verdict recorded of a lab
 */
export function initialStates(
  labs: readonly string[],
  latest: (lab: string) => LabReport | undefined,
): States {
  return new Map(
    labs.map((lab) => {
      const report = latest(lab);
      return [lab, { lab, state: report ? 'done' : 'idle', report, changed: [], watching: true }];
    }),
  );
}

/** The states after an event of the session, and what the open pages are told of it. */
export function applyEvent(
  states: States,
  event: SessionEvent,
): { states: States; tell: readonly ServerEvent[] } {
  switch (event.type) {
    case 'changed':
      if (event.edit === 'nothing') {
        return { states, tell: [{ event: 'notice', data: { lab: event.lab, message: GIVEN_NOTICE } }] };
      }
      return change(states, event.lab, ({ changed }) => ({
        changed: [...new Set([...changed, ...event.changes.map(({ file }) => file)])],
      }));
    case 'started':
      return change(states, event.lab, () => ({ state: 'running', trouble: undefined }));
    case 'finished':
      return change(states, event.lab, () => ({ state: 'done', report: event.report, changed: [] }));
    case 'broken':
      return change(states, event.lab, ({ report }) => ({
        state: report ? 'done' : 'idle',
        trouble: event.message,
      }));
    case 'cancelled':
      // Its lab, or a newer one and then its lab again, runs next: the page keeps showing it as running.
      return { states, tell: [] };
    case 'phase':
      return { states, tell: [{ event: 'phase', data: { lab: event.lab, phase: event.phase } }] };
    case 'check':
      return { states, tell: [{ event: 'check', data: { lab: event.lab, result: event.result } }] };
    case 'notice':
      return { states, tell: [{ event: 'notice', data: { lab: event.lab, message: event.message } }] };
    case 'trouble':
      return { states, tell: [{ event: 'notice', data: { message: event.message } }] };
  }
}

/** Switches a lab's watching on or off. */
export function setWatching(
  states: States,
  lab: string,
  watching: boolean,
): { states: States; tell: readonly ServerEvent[] } {
  return change(states, lab, () => ({ watching }));
}

function change(
  states: States,
  lab: string,
  edit: (state: LabState) => Partial<LabState>,
): { states: States; tell: readonly ServerEvent[] } {
  const before = states.get(lab);
  if (before === undefined) return { states, tell: [] };
  const state = { ...before, ...edit(before) };
  return { states: new Map(states).set(lab, state), tell: [{ event: 'state', data: state }] };
}
