import type { WriteStream } from 'node:tty';
import pc from 'picocolors';

export interface Banner {
  /** A build of the site has begun. */
  building(): void;
  ready(site: string, cloud: string): void;
  /** The site is there; `fresh` if it was built now. */
  built(fresh: boolean): void;
  warn(message: string): void;
}

/** What `npm start` prints: where things are, how to use them, and how long the build takes. */
export function createBanner(output: WriteStream): Banner {
  const live = output.isTTY === true;
  let begun: number | undefined;
  let ticking: NodeJS.Timeout | undefined;
  let told = false;

  const seconds = () => ((performance.now() - (begun ?? 0)) / 1000).toFixed(0);
  const tick = () => output.write(`\r  ${pc.dim(`Building the site … ${seconds()} s`)}\u001b[K`);
  const showBuilding = () => {
    if (begun === undefined || !told || ticking !== undefined) return;
    if (!live) output.write('  Building the site … The page opens by itself when it is there.\n');
    else {
      ticking = setInterval(tick, 1000).unref();
      tick();
    }
  };

  return {
    building: () => {
      begun = performance.now();
      showBuilding();
    },
    ready: (site, cloud) => {
      told = true;
      output.write(`
  ${pc.bold('Serverless Patterns Workshop')}

  Site         ${pc.cyan(site)}
  Local cloud  ${pc.cyan(cloud)}
               ${pc.dim(`export AWS_ENDPOINT_URL=${cloud} AWS_REGION=us-east-1`)}
               ${pc.dim('export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local')}

  Open the site, edit ${pc.bold('labs/')}, save, and watch the verdict change.
  ${pc.dim('Ctrl-C stops all of it. The local cloud keeps its state in memory only.')}

`);
      showBuilding();
    },
    built: (fresh) => {
      clearInterval(ticking);
      if (!fresh) return;
      output.write(`${live ? '\r' : ''}  Site built in ${seconds()} s.${live ? '\u001b[K' : ''}\n`);
    },
    warn: (message) => output.write(`${live ? '\r\u001b[K' : ''}  ${pc.yellow(message)}\n`),
  };
}
