import pc from 'picocolors';
import type { RunEvent } from '../run.ts';

const words = {
  copy: 'reading the files',
  synth: 'synthesizing the stack',
  bundle: 'bundling the handlers',
  deploy: 'deploying to the local cloud',
  tests: 'running your tests',
  checks: 'running the checks',
} as const;

/** Says on standard error what goes on: one line that is overwritten on a terminal, nothing elsewhere. */
export function createLiveLine(output: NodeJS.WriteStream) {
  let shown = false;
  const clear = () => {
    if (shown) output.write('\r\u001b[K');
    shown = false;
  };
  const show = (text: string) => {
    if (!output.isTTY) return;
    clear();
    output.write(pc.dim(text));
    shown = true;
  };
  let done = 0;
  return {
    clear,
    hear(event: RunEvent): void {
      if (event.type === 'phase') {
        done = 0;
        show(`${event.lab}: ${words[event.phase]} …`);
      }
      if (event.type === 'check') show(`${event.lab}: ${++done} checks done …`);
      if (event.type === 'notice') {
        clear();
        output.write(`${pc.dim(`${event.lab}: ${event.message}`)}\n`);
      }
    },
  };
}
