import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ProcessExit } from './function-error.ts';
import { createOutputReader } from './output.ts';
import { permissionFlags } from './permission-flags.ts';
import type { Watchdog } from './watchdog.ts';

/** Our own part of what runs in an environment; on AWS it lies in /var/runtime. */
export const RUNTIME_FOLDER = join(import.meta.dirname, 'runtime');

interface ProcessOptions {
  /** Folder with the unpacked code. */
  taskRoot: string;
  /** The only folder that it may write to. */
  tmp: string;
  memoryMb: number;
  variables: Readonly<Record<string, string>>;
  watchdog: Watchdog;
  /** Takes each log event. */
  onLog(text: string): void;
  /** Told whenever `outputIsComplete` may have changed. */
  onOutput(): void;
  /** Told once, after the last output. */
  onExit(exit: ProcessExit): void;
}

/** The process behind an execution environment. */
export interface EnvironmentProcess {
  /**
   * Between invocations nothing runs: what a handler did not await does not go on.
   * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
   */
  freeze(): void;
  thaw(): void;
  /** Works on a frozen process too. */
  kill(): void;
  /** Starts to wait for the output of another invocation. */
  expectOutput(): void;
  /** Whether all output of the init or the invocation has been read. */
  outputIsComplete(): boolean;
}

/** Starts Node.js with the bootstrap, which loads the handler. */
export function startProcess(options: ProcessOptions): EnvironmentProcess {
  const { taskRoot, tmp, memoryMb, variables, watchdog } = options;
  const child = spawn(
    process.execPath,
    [
      ...permissionFlags(tmp),
      `--max-old-space-size=${heapMb(memoryMb)}`,
      join(RUNTIME_FOLDER, 'bootstrap.mjs'),
    ],
    { cwd: taskRoot, stdio: ['ignore', 'pipe', 'pipe'], env: variables },
  );
  if (child.pid) watchdog.watch(child.pid);

  const streams = [child.stdout, child.stderr];
  let complete = 0;
  for (const stream of streams) {
    const reader = createOutputReader(options.onLog, () => {
      complete++;
      options.onOutput();
    });
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => reader.push(chunk));
    stream.on('end', () => reader.end());
  }

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
    expectOutput: () => {
      complete = 0;
    },
    outputIsComplete: () => complete >= streams.length,
  };
}

/** Node and its code need about 40 MB beside the heap; a function has 128 MB at least. */
function heapMb(memoryMb: number): number {
  return Math.max(64, memoryMb - 40);
}
