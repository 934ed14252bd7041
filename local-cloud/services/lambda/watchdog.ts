import { spawn } from 'node:child_process';

/** Ends execution environments if this process is killed: a frozen child cannot notice that by itself. */
export interface Watchdog {
  watch(pid: number): void;
  forget(pid: number): void;
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

let watchdog: Watchdog | undefined;

/** The watchdog of this process, for all its accounts: one small shell, which ends after this process does. */
export function watchdogOfThisProcess(): Watchdog {
  watchdog ??= startWatchdog(() => {
    watchdog = undefined;
  });
  return watchdog;
}

function startWatchdog(onEnd: () => void): Watchdog {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Without a shell nothing is watched; environments still end with the account's normal stop.
  shell.on('error', () => {});
  shell.on('exit', onEnd);
  shell.stdin.on('error', () => {});
  shell.unref();
  return {
    watch: (pid) => {
      shell.stdin.write(`+${pid}\n`);
    },
    forget: (pid) => {
      shell.stdin.write(`-${pid}\n`);
    },
  };
}
