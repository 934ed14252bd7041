import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Lab, loadCatalog } from '../checker/catalog.ts';
import { createRunner } from '../checker/run.ts';
import { durationRow, type Row, timesOf } from './measure.ts';

const ROOT = join(import.meta.dirname, '..');

/** Whoever has a verdict reads it and then edits; meanwhile the runner gets ready. */
const BETWEEN_SAVES_MS = 3000;

/** Each lab from a saved file to a verdict, with a warm runner; and from nothing, as `npm run check` does it. */
export async function checkerRows(): Promise<Row[]> {
  const scratch = join(ROOT, '.scratch');
  mkdirSync(scratch, { recursive: true });
  const folder = mkdtempSync(join(scratch, 'bench-'));
  cpSync(join(ROOT, 'solutions'), folder, { recursive: true });
  try {
    const rows: Row[] = [];
    for (const lab of await loadCatalog(ROOT)) {
      console.error(`  ${lab.slug}`);
      rows.push(...(await labRows(lab, folder)));
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param folder holds a copy of the solutions, to be edited */
async function labRows(lab: Lab, folder: string): Promise<Row[]> {
  const has = (file: string) => existsSync(join(folder, lab.slug, file));
  const runner = createRunner({ staysReady: true, seed: 42, target: { type: 'local' }, root: ROOT });
  const verdictAfterEdit = (file: string) => async () => {
    const path = join(folder, lab.slug, file);
    writeFileSync(path, `${readFileSync(path, 'utf8')}\nexport const edit${Date.now()} = 1;\n`);
    const report = await runner.run({ lab, source: folder });
    if (!report.passed)
      throw new Error(`The solution did not pass: ${JSON.stringify(report.checks, null, 2)}`);
  };
  const timesAfterEdit = (file: string) => timesOf(7, verdictAfterEdit(file), BETWEEN_SAVES_MS);
  try {
    const rows: Row[] = [];
    const row = (what: string, times: readonly number[], budgetMs: number) =>
      rows.push(durationRow(`${lab.slug}: ${what}`, times, { budgetMs }));
    if (has('stack.ts')) {
      const handler = has('worker.ts') ? 'worker.ts' : 'handler.ts';
      row('save → verdict, handler edit', await timesAfterEdit(handler), 1000);
      row('save → verdict, stack edit', await timesAfterEdit('stack.ts'), 2000);
    } else {
      row('save → verdict, test edit', await timesAfterEdit('handler.test.ts'), 1000);
    }
    row('cold', await timesOf(3, () => coldCheck(lab)), 6000);
    return rows;
  } finally {
    await runner.close();
  }
}

async function coldCheck({ slug }: Lab): Promise<void> {
  const command = ['run', '--silent', 'check', '--', slug, '--source', 'solutions', '--json'];
  await promisify(execFile)('npm', command, { cwd: ROOT });
}
