import type { ProcessExit } from './function-error.ts';
import type { NodeProcess } from './node-process.ts';
import { createOutputReader } from './output.ts';
import type { Watchdog } from './watchdog.ts';

interface ProcessOptions {
  node: NodeProcess;
  /** Variables that the process did not start with; `LAMBDA_TASK_ROOT` is the folder that it runs in. */
  variables: Readonly<Record<string, string>>;
  watchdog: Watchdog;
  /** Takes each log event. */
  onLog(text: string): void;
  /** Told once, after the last output. */
  onExit(exit: ProcessExit): void;
}

/** The process behind an execution environment. */
export interface EnvironmentProcess {
  /** Stops all threads of a process. */
  freeze(): void;
  thaw(): void;
  /** Works on a frozen process too. */
  kill(): void;
  /** Reads the last output of an init or an invocation that has answered; what comes later belongs to the next. */
  lastOutput(): Promise<void>;
}

/** Tells a started Node.js process what environment it is; it begins to load the handler at once. */
export function runEnvironment(options: ProcessOptions): EnvironmentProcess {
  const { node, variables, watchdog } = options;
  const { child } = node;
  if (child.pid) watchdog.watch(child.pid);
  child.stdin.end(JSON.stringify(variables));

  const readers = [child.stdout, child.stderr].map((stream) => {
    const reader = createOutputReader(options.onLog);
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => reader.push(chunk));
    stream.on('end', () => reader.finish());
    return reader;
  });

  let exited = false;
  const exit = (how: ProcessExit) => {
    if (exited) return;
    exited = true;
    if (child.pid) watchdog.forget(child.pid);
    options.onExit(how);
  };
  child.on('error', () => exit({ code: 1, signal: null }));
  // 'close' comes after the last output, 'exit' may come before it.
  child.on('close', (code, signal) => exit({ code, signal }));

  return {
    freeze: () => {
      child.kill('SIGSTOP');
    },
    thaw: () => {
      child.kill('SIGCONT');
    },
    kill: () => {
      child.kill('SIGKILL');
    },
    async lastOutput() {
      // It was written before the answer, and the event loop hands on all that has come before it makes another turn.
      await new Promise((resolve) => setImmediate(resolve));
      for (const reader of readers) reader.finish();
    },
  };
}
