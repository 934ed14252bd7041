import type { DeclaredCheck } from '../catalog.ts';
import type { CheckResult, LabReport } from '../report.ts';
import type { Phase } from '../run.ts';

/**
 * What the checker's server and the site's pages say to each other. Types only: the site may import them.
 *
 * - `GET /api/health` → Health
 * - `GET /api/labs` → LabsAnswer
 * - `GET /api/events` → server-sent events; the event's name and data are those of ServerEvent
 * - `POST /api/labs/<slug>/run` → 202 LabState; header `x-workshop-token`; a run under way is cancelled
 * - `POST /api/labs/<slug>/watch` with `{ "on": boolean }` → 200 LabState; header `x-workshop-token`
 *
 * Whatever is refused answers with a 4xx or 5xx status and Refusal.
 */
export interface Health {
  status: 'ok';
  site: 'building' | 'ready' | 'failed';
}

export interface LabsAnswer {
  /** Goes into the header `x-workshop-token` of each call that changes something. */
  token: string;
  labs: readonly LabAnswer[];
}

export interface LabAnswer {
  slug: string;
  number: string;
  title: string;
  route: string;
  checks: readonly DeclaredCheck[];
  /** The last verdict, of this run of the server or recorded before. */
  latest?: LabReport;
}

export interface LabState {
  lab: string;
  /** `idle`: no verdict yet. `done`: `report` holds the last one. */
  state: 'idle' | 'running' | 'done';
  report?: LabReport;
  /** Files saved since the last verdict, paths inside the lab's folder. */
  changed: readonly string[];
  /** Whether a saved file starts a run while a page is open. */
  watching: boolean;
  /** Why there is no verdict, if the tool failed. */
  trouble?: string;
}

export type ServerEvent =
  | { event: 'state'; data: LabState }
  | { event: 'phase'; data: { lab: string; phase: Phase } }
  | { event: 'check'; data: { lab: string; result: CheckResult } }
  | { event: 'notice'; data: { lab?: string; message: string } };

export interface Refusal {
  error: { code: string; message: string };
}
