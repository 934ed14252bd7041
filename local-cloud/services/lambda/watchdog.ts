import { spawn } from 'node:child_process';

/** Ends execution environments if this process is killed: a frozen child cannot notice that by itself. */
export interface Watchdog {
  watch(pid: number): void;
  forget(pid: number): void;
  close(): void;
}

/**
 * Reads `+pid` and `-pid` lines; when its input ends, it kills the processes that are left. It ignores Ctrl-C, which
 * reaches the whole terminal group, because the account itself stops in good order then.
 */
const SCRIPT = `trap '' INT TERM HUP
pids=' '
while read -r line; do
  case $line in
    +*) pids="$pids\${line#+} " ;;
    -*) pid=\${line#-}; case $pids in *" $pid "*) pids="\${pids%% $pid *} \${pids#* $pid }" ;; esac ;;
  esac
done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done`;

/** Starts the watchdog: one small shell for the whole account. */
export function startWatchdog(): Watchdog {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Without a shell nothing is watched; environments still end with the account's normal stop.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return {
    watch: (pid) => {
      shell.stdin.write(`+${pid}\n`);
    },
    forget: (pid) => {
      shell.stdin.write(`-${pid}\n`);
    },
    close: () => {
      shell.stdin.end();
    },
  };
}
