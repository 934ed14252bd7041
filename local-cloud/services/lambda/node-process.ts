import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { permissionFlags } from './permission-flags.ts';

/** Our own part of what runs in an environment; on AWS it lies in /var/runtime. */
export const RUNTIME_FOLDER = join(import.meta.dirname, 'runtime');

/** What cannot be changed any more once Node.js runs. */
export interface StartSettings {
  memoryMb: number;
  /** Variables that Node.js or the system's libraries read as they start. */
  variables: Readonly<Record<string, string>>;
}

/** Node.js with the bootstrap loaded; it waits for one line of input: the environment's variables. */
export interface NodeProcess {
  child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** To the bootstrap. */
  pipe: Socket;
  /** The only folder that it may write to. */
  tmp: string;
}

/**
 * Starts Node.js.
 * @param tmp an existing folder
 * @param preload packages of the runtime to load before it is known for which function
 */
export function startNode(
  { memoryMb, variables }: StartSettings,
  tmp: string,
  preload: readonly string[] = [],
): NodeProcess {
  const child = spawn(
    process.execPath,
    [
      ...permissionFlags(tmp),
      `--max-old-space-size=${heapMb(memoryMb)}`,
      join(RUNTIME_FOLDER, 'bootstrap.mjs'),
    ],
    {
      cwd: RUNTIME_FOLDER,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: { ...variables, _LOCAL_CLOUD_PRELOAD: preload.join(' ') },
    },
  );
  // It may be gone before it has read its input: its exit tells.
  child.stdin.on('error', () => {});
  return { child, pipe: child.stdio[3] as Socket, tmp };
}

/** Node and its code need about 40 MB beside the heap; a function has 128 MB at least. */
function heapMb(memoryMb: number): number {
  return Math.max(64, memoryMb - 40);
}

/** Read when a process starts, by Node.js, libuv, OpenSSL, the dynamic linker or the C library. */
const READ_AT_START = /^(NODE_|UV_|OPENSSL_|SSL_|LD_|LC_|LANG$|TZ$|PATH$)/;

/** Splits an environment's variables into those that a process needs to start with and the others. */
export function splitVariables(variables: Readonly<Record<string, string>>): {
  atStart: Record<string, string>;
  later: Record<string, string>;
} {
  const entries = Object.entries(variables);
  return {
    atStart: Object.fromEntries(entries.filter(([name]) => READ_AT_START.test(name))),
    later: Object.fromEntries(entries.filter(([name]) => !READ_AT_START.test(name))),
  };
}
