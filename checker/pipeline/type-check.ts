import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { collectTail } from './output.ts';

/** Advice comes after the verdict: who waits for it waits no longer than this. */
const timeLimitMs = 8000;
const most = 3;

/**
 * Type-checks a lab. It decides nothing: code that runs is graded by what it does.
 * @param root the checkout
 * @param folder the lab's folder in the checkout (absolute)
 * @returns the first errors, with paths as the learner knows them; none when tsc itself does not work
 */
export async function typeCheck(root: string, folder: string): Promise<readonly string[]> {
  const scratch = join(root, '.scratch');
  const config = join(scratch, `tsconfig-${process.pid}.json`);
  await mkdir(scratch, { recursive: true });
  await writeFile(
    config,
    JSON.stringify({
      extends: '../tsconfig.json',
      // What is unused now may be used by the next edit.
      compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
      include: [join(folder, '**', '*.ts')],
      exclude: [],
    }),
  );
  const require = createRequire(import.meta.url);
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  const child = spawn(process.execPath, [tsc, '-p', config, '--pretty', 'false'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const output = collectTail(child.stdout, 64 * 1024);
  const timer = setTimeout(() => child.kill('SIGKILL'), timeLimitMs);
  await new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  clearTimeout(timer);
  await rm(config, { force: true });
  const errors = output()
    .split('\n')
    .filter((line) => /^[\w./-]+\.ts\(\d+,\d+\): error /.test(line) && !line.startsWith('..'));
  return errors.slice(0, most);
}
