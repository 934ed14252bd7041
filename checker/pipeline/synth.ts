import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Loader, type Plugin, type TransformFailure, transform } from 'esbuild';
import { describeBuildFailure } from './build-failure.ts';
import { machineTrouble, StageFailure } from './failure.ts';
import { collectTail } from './output.ts';
import type { Synthesized, SynthMessage, SynthRequest } from './synth-protocol.ts';

/** An ordinary stack takes under a second. */
const defaultTimeLimitMs = 15_000;

export interface Synthesizer {
  /**
   * Turns a lab's `stack.ts` into a template, in a process that can neither start others nor write elsewhere.
   * @param folder the lab's folder in the scratch folder (absolute)
   * @throws StageFailure saying what is wrong in `stack.ts`, with file and line where there is one
   */
  synthesize(folder: string, signal?: AbortSignal): Promise<Synthesized>;
  close(): Promise<void>;
}

/**
 * Makes a synthesizer that keeps one spare process with aws-cdk-lib loaded.
 * @param scratch folder in which stacks may write (absolute)
 * @param options.timeLimitMs real time that a stack may take
 */
export async function createSynthesizer(
  scratch: string,
  { timeLimitMs = defaultTimeLimitMs }: { timeLimitMs?: number } = {},
): Promise<Synthesizer> {
  const childModule = join(scratch, 'synth-child.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'synth-child.ts')],
    outfile: childModule,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  });
  const running = new Set<ChildProcess>();
  let closed = false;
  let spare: Spare | undefined = startSpare();

  function startSpare(): Spare {
    const made = forkChild(childModule, scratch);
    running.add(made.child);
    made.child.once('exit', () => running.delete(made.child));
    return made;
  }

  return {
    async synthesize(folder, signal) {
      const { module, inputs } = await compileStack(folder);
      const mine = spare ?? startSpare();
      spare = undefined;
      const outdir = join(folder, '.synth');
      try {
        await rm(outdir, { recursive: true, force: true });
        await mkdir(outdir, { recursive: true });
        return { ...(await talk(mine, { module, outdir }, { folder, timeLimitMs, signal })), inputs };
      } finally {
        mine.child.kill('SIGKILL');
        if (!closed) spare = startSpare();
      }
    },
    async close() {
      closed = true;
      const exits = [...running].map((child) => new Promise((resolve) => child.once('exit', resolve)));
      for (const child of running) child.kill('SIGKILL');
      await Promise.all(exits);
    },
  };
}

interface Spare {
  child: ChildProcess;
  ready: Promise<void>;
  /** The end of what the process wrote to standard error. */
  errors: () => string;
}

function forkChild(module: string, scratch: string): Spare {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const child = fork(module, [join(scratch, 'warm-up')], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'json',
    env: {
      PATH: process.env.PATH,
      HOME: scratch,
      TMPDIR: scratch,
      CDK_VALIDATION: 'false',
      NO_COLOR: '1',
      JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1',
    },
    execArgv: [
      permission,
      '--allow-fs-read=*',
      `--allow-fs-write=${join(scratch, '*')}`,
      '--enable-source-maps',
      '--no-warnings',
    ],
  });
  // Nothing reads a stack's own output, but a full pipe would stop it.
  child.stdout?.resume();
  const errors = collectTail(child.stderr);
  const ready = new Promise<void>((resolve) => {
    child.once('message', () => resolve());
    child.once('exit', () => resolve());
  });
  return { child, ready, errors };
}

async function talk(
  { child, ready, errors }: Spare,
  request: SynthRequest,
  { folder, timeLimitMs, signal }: { folder: string; timeLimitMs: number; signal?: AbortSignal },
): Promise<Omit<Synthesized, 'inputs'>> {
  await ready;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        finish(() =>
          reject(
            failure(`stack.ts did not end within ${timeLimitMs / 1000} s. Is there a loop that never ends?`),
          ),
        ),
      timeLimitMs,
    );
    const onAbort = () => finish(() => reject(signal?.reason));
    const onExit = (code: number | null, how: string | null) =>
      finish(() => reject(failure(explainExit(code, how, errors(), folder))));
    const onMessage = (message: SynthMessage) => {
      if (message.type === 'ready') return;
      if (message.type === 'failed') return finish(() => reject(failure(explainThrown(message, folder))));
      const { template, bundles, assets } = message;
      finish(() => resolve({ template, bundles, assets }));
    };
    function finish(settle: () => void): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      child.off('exit', onExit).off('message', onMessage);
      settle();
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    child.on('exit', onExit).on('message', onMessage);
    if (child.exitCode !== null || !child.connected) return onExit(child.exitCode, child.signalCode);
    child.send(request);
  });
}

/** What the stack did is the learner's; that the disk is full is not. */
function failure(message: string): StageFailure {
  const trouble = machineTrouble(message);
  return trouble ? new StageFailure('tool', trouble) : new StageFailure('learner', message);
}

function explainExit(code: number | null, how: string | null, errors: string, folder: string): string {
  if (how) return `stack.ts was ended by ${how}${errors && `: ${stripPaths(errors, folder)}`}`;
  if (code === 0) return 'stack.ts ended the process (process.exit) before the template was there.';
  return `stack.ts ended the process with exit code ${code}${errors ? `:\n${stripPaths(errors, folder)}` : ' (process.exit).'}`;
}

function explainThrown({ message, stack }: { message: string; stack: string }, folder: string): string {
  const denied = /ERR_ACCESS_DENIED|Access to this API has been restricted/.test(stack)
    ? ' (While it is graded, a stack cannot start processes or write outside its own folder. To bundle, use NodejsFunction, or give Code.fromAsset a folder with finished JavaScript.)'
    : '';
  const at = stripPaths(stack, folder)
    .split('\n')
    .map((line) => /\(?((?!node:)[\w./-]+\.ts:\d+:\d+)\)?$/.exec(line.trim())?.[1])
    .find((place) => place && !place.includes('node_modules'));
  return `stack.ts does not synthesize: ${stripPaths(message, folder)}${denied}${at ? `\n  at ${at}` : ''}`;
}

/** A learner knows `stack.ts`, not the scratch folder. */
function stripPaths(text: string, folder: string): string {
  return text.replaceAll(`${pathToFileURL(folder).href}/`, '').replaceAll(`${folder}/`, '');
}

/** Compiles `stack.ts` and the files that it imports into one module; packages stay imports. */
async function compileStack(folder: string): Promise<{ module: string; inputs: readonly string[] }> {
  const entry = join(folder, 'stack.ts');
  if (!existsSync(entry))
    throw failure('stack.ts is missing. Write it, exporting `class LabStack extends Stack`.');
  // Beside stack.ts: NodejsFunction looks for `stack.<id>.ts` next to the file that it is called in.
  const outfile = join(folder, 'stack.mjs');
  const { metafile } = await build({
    entryPoints: [entry],
    metafile: true,
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'silent',
    absWorkingDir: folder,
    plugins: [keepMeta(folder)],
  }).catch((cause: unknown) => {
    throw new StageFailure('learner', describeBuildFailure(cause, 'stack.ts'), { cause });
  });
  return { module: outfile, inputs: Object.keys(metafile.inputs) };
}

const loaders: Record<string, Loader> = { '.ts': 'ts', '.mts': 'ts', '.js': 'js', '.mjs': 'js' };

/** In one compiled module, `import.meta` would name the compiled file: each file keeps its own. */
function keepMeta(folder: string): Plugin {
  return {
    name: 'keep import.meta',
    setup(builder) {
      builder.onLoad({ filter: /\.[mc]?[jt]s$/ }, async ({ path }) => {
        const loader = loaders[extname(path)];
        if (!loader || !path.startsWith(folder)) return undefined;
        try {
          // `define` replaces expressions, and leaves alone what merely reads like one in a string.
          const { code } = await transform(await readFile(path, 'utf8'), {
            loader,
            sourcefile: basename(path),
            sourcemap: 'inline',
            target: 'node20',
            define: {
              'import.meta.dirname': JSON.stringify(dirname(path)),
              'import.meta.filename': JSON.stringify(path),
              'import.meta.url': JSON.stringify(pathToFileURL(path).href),
            },
          });
          return { contents: code, loader: 'js' };
        } catch (cause) {
          const { errors = [] } = cause as Partial<TransformFailure>;
          if (errors.length === 0) throw cause;
          const file = relative(folder, path);
          return {
            errors: errors.map((error) => ({
              ...error,
              location: error.location && { ...error.location, file },
            })),
          };
        }
      });
    },
  };
}
