import { emitKeypressEvents } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import pc from 'picocolors';
import type { Lab } from '../catalog.ts';
import type { Kind, LabReport } from '../report.ts';
import type { Runner } from '../run.ts';
import { diffToSolution } from '../workshop/diff.ts';
import { printedLines } from './plain.ts';
import { draw } from './screen.ts';
import { createSession } from './session.ts';
import { decide, type Effect, initialView, type WatchEvent } from './view.ts';

/** Where it is kept which hints the learner has seen. */
export interface HintMemory {
  /** How many hints of each check were shown, by the check's id. */
  seen: ReadonlyMap<string, number>;
  remember(check: string, count: number): Promise<void> | void;
}

export interface WatchOptions {
  labs: readonly Lab[];
  runner: Runner;
  /** The checkout. */
  root: string;
  /** Folder that holds `<slug>/` of each lab. */
  source: string;
  kinds?: readonly Kind[];
  bail?: boolean;
  hints: HintMemory;
  record?: (report: LabReport) => Promise<void> | void;
  input?: ReadStream;
  output?: WriteStream;
}

/** A run that does not end when it is cancelled is left to the runner's own close, after so many milliseconds. */
const PATIENCE_MS = 1_000;

/**
 * Watch mode: grades the labs, then again whenever their files change, until the learner quits.
 * Everything that happens is one kind of event, goes through one decision, and is drawn once.
 * The runner stays open: its owner closes it.
 * @returns the exit code: 0 after `q`, 130 after Ctrl-C, 143 after SIGTERM
 */
export async function startWatch(options: WatchOptions): Promise<number> {
  const { labs, runner, root, source, kinds, bail, record, hints } = options;
  const output = options.output ?? process.stdout;
  const terminal = openTerminal(options.input ?? process.stdin, output, (event) => happen(event));
  let view = initialView(labs, hints.seen);
  let quit: (exitCode: number) => void = () => {};
  const exit = new Promise<number>((resolve) => {
    quit = resolve;
  });

  const session = createSession({
    runner,
    labs,
    source,
    kinds,
    bail,
    record,
    onEvent: (event) => happen({ type: 'session', event }),
  });

  const happen = (event: WatchEvent): void => {
    const decision = decide(view, event);
    view = decision.view;
    if (terminal.interactive) terminal.show(draw(view, terminal.size(), pc));
    else if (event.type === 'session') terminal.print(printedLines(view, event.event));
    for (const effect of decision.effects) act(effect);
  };

  const say = (message: string) => happen({ type: 'session', event: { type: 'trouble', message } });
  const act = (effect: Effect): void => {
    if (effect.type === 'run') session.runFirst(effect.lab);
    if (effect.type === 'quit') quit(effect.exitCode);
    if (effect.type === 'rememberHint') remember(effect.check, effect.count);
    if (effect.type === 'readDiff') {
      diffToSolution(root, effect.lab).then(
        (lines) => happen({ type: 'diff', lines }),
        (error: Error) => say(error.message),
      );
    }
  };
  const remember = async (check: string, count: number): Promise<void> => {
    try {
      await hints.remember(check, count);
    } catch (error) {
      say(`the hint was not remembered: ${(error as Error).message}`);
    }
  };

  const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  const onSignal = (signal: keyof typeof signals) => happen({ type: 'signal', exitCode: signals[signal] });
  for (const signal of Object.keys(signals)) process.on(signal, onSignal);
  try {
    // First, so that a save during the first run is not missed.
    await session.watch();
    session.run(labs.map(({ slug }) => slug));
    return await exit;
  } finally {
    terminal.close();
    await Promise.race([session.close(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref())]);
    for (const signal of Object.keys(signals)) process.off(signal, onSignal);
  }
}

interface Terminal {
  interactive: boolean;
  size(): { columns: number; rows: number };
  show(lines: readonly string[]): void;
  print(lines: readonly string[]): void;
  close(): void;
}

function openTerminal(
  input: ReadStream,
  output: WriteStream,
  onEvent: (event: WatchEvent) => void,
): Terminal {
  const interactive = input.isTTY === true && output.isTTY === true;
  const size = () => ({ columns: output.columns || 80, rows: output.rows || 24 });
  const print = (lines: readonly string[]) => {
    if (lines.length > 0) output.write(`${lines.join('\n')}\n`);
  };
  // Whoever read the verdicts has gone: there is nobody left to watch for.
  output.on('error', () => onEvent({ type: 'signal', exitCode: 0 }));
  if (!interactive) return { interactive, size, show: print, print, close: () => {} };

  const onKey = (text: string | undefined, key: { name?: string; ctrl?: boolean }) => {
    const name = key.name ?? text ?? '';
    onEvent({ type: 'key', key: key.ctrl === true ? `ctrl-${name}` : name });
  };
  const onResize = () => onEvent({ type: 'key', key: 'resize' });
  emitKeypressEvents(input);
  input.setRawMode(true);
  input.resume();
  input.on('keypress', onKey);
  output.on('resize', onResize);
  output.write('\u001b[?25l\u001b[2J');
  let shown: readonly string[] = [];
  return {
    interactive,
    size,
    print,
    // Overwrites line by line, in one write: clearing first would flicker.
    show: (lines) => {
      shown = lines;
      output.write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join('\n')}\u001b[J`);
    },
    close: () => {
      input.off('keypress', onKey);
      output.off('resize', onResize);
      input.setRawMode(false);
      input.pause();
      // The last verdict stays on the screen, without the keys, which no longer work.
      output.write(`\u001b[${Math.max(1, shown.length - 1)};1H\u001b[J\u001b[?25h`);
    },
  };
}
