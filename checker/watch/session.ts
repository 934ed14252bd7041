import type { Lab } from '../catalog.ts';
import type { Kind, LabReport } from '../report.ts';
import type { RunEvent, Runner } from '../run.ts';
import { type Edit, editOf, type FileChange } from './changes.ts';
import { type FileWatcher, watchLabs } from './files.ts';
import { advance, emptyQueue, enqueue, putFirst } from './queue.ts';

/** What happens in a session, in order. Between `started` and its end come the run's own events. */
export type SessionEvent =
  | { type: 'changed'; lab: string; changes: readonly FileChange[]; edit: Edit }
  | { type: 'started'; lab: string }
  | RunEvent
  | { type: 'finished'; lab: string; report: LabReport }
  | { type: 'cancelled'; lab: string }
  /** The run ended without a verdict: the tool is broken, not the learner's work. */
  | { type: 'broken'; lab: string; message: string }
  /** Files cannot be watched or progress cannot be kept; grading goes on. */
  | { type: 'trouble'; message: string };

/** One warm pipeline, used by the terminal's watch mode and by the server. */
export interface Session {
  /** Runs labs one after the other, behind what runs and waits already. */
  run(labs: readonly string[]): void;
  /** Runs a lab now; a run under way is cancelled. */
  runFirst(lab: string): void;
  /** Begins to watch the labs' files. Resolves when saves are seen. */
  watch(): Promise<void>;
  unwatch(): Promise<void>;
  /** Cancels what runs, forgets what waits and stops watching. The runner stays open: its owner closes it. */
  close(): Promise<void>;
}

/**
 * Opens a session.
 * @param options.source folder that holds `<slug>/` of each lab
 * @param options.labs the labs that can be run and are watched
 * @param options.runsOnSave whether a saved change runs its lab now; always by default
 * @param options.record keeps a report of a completed run; what it throws is told as `trouble`
 */
export function createSession(options: {
  runner: Runner;
  labs: readonly Lab[];
  source: string;
  kinds?: readonly Kind[];
  bail?: boolean;
  runsOnSave?: (lab: string) => boolean;
  record?: (report: LabReport) => Promise<void> | void;
  onEvent: (event: SessionEvent) => void;
}): Session {
  const { runner, onEvent } = options;
  const labs = new Map(options.labs.map((lab) => [lab.slug, lab]));
  let queue = emptyQueue;
  let underWay: AbortController | undefined;
  let ended: Promise<void> = Promise.resolve();
  let files: FileWatcher | undefined;
  let closed = false;

  const next = (): void => {
    if (closed || queue.running !== undefined) return;
    queue = advance(queue);
    const lab = queue.running === undefined ? undefined : labs.get(queue.running);
    if (lab === undefined) return;
    ended = runOne(lab).then(() => {
      queue = { ...queue, running: undefined };
      next();
    });
  };

  const runOne = async (lab: Lab): Promise<void> => {
    const abort = new AbortController();
    const { signal } = abort;
    underWay = abort;
    onEvent({ type: 'started', lab: lab.slug });
    const { source, kinds, bail } = options;
    try {
      const report = await runner.run({ lab, source, kinds, bail, signal }, (event) => {
        if (!signal.aborted) onEvent(event);
      });
      if (signal.aborted) return onEvent({ type: 'cancelled', lab: lab.slug });
      onEvent({ type: 'finished', lab: lab.slug, report });
      await keep(report);
    } catch (error) {
      if (signal.aborted) onEvent({ type: 'cancelled', lab: lab.slug });
      else onEvent({ type: 'broken', lab: lab.slug, message: messageOf(error) });
    } finally {
      underWay = undefined;
    }
  };

  const keep = async (report: LabReport): Promise<void> => {
    try {
      await options.record?.(report);
    } catch (error) {
      onEvent({ type: 'trouble', message: `the result was not kept: ${messageOf(error)}` });
    }
  };

  const runFirst = (lab: string): void => {
    if (!labs.has(lab)) return;
    queue = putFirst(queue, lab);
    underWay?.abort();
    next();
  };

  const unwatch = async (): Promise<void> => {
    const open = files;
    files = undefined;
    await open?.close();
  };

  return {
    run: (slugs) => {
      queue = enqueue(
        queue,
        slugs.filter((slug) => labs.has(slug)),
      );
      next();
    },
    runFirst,
    watch: async () => {
      files ??= watchLabs({
        source: options.source,
        labs: [...labs.keys()],
        onTrouble: (message) => onEvent({ type: 'trouble', message }),
        onChange: ({ lab, changes }) => {
          const edit = editOf(changes);
          onEvent({ type: 'changed', lab, changes, edit });
          if (edit !== 'nothing' && (options.runsOnSave?.(lab) ?? true)) runFirst(lab);
        },
      });
      await files.ready;
    },
    unwatch,
    close: async () => {
      closed = true;
      queue = emptyQueue;
      underWay?.abort();
      await unwatch();
      await ended;
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
