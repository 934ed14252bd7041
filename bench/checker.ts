import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findLab, loadCatalog } from '../checker/catalog.ts';
import { createRunner } from '../checker/run.ts';
import { durationRow, type Row, timesOf } from './measure.ts';

const ROOT = join(import.meta.dirname, '..');
const LAB = '07-sqs-batch';

/** Nobody saves twice within a second; meanwhile the runner gets ready. */
const BETWEEN_SAVES_MS = 1000;

/** From a saved file to a verdict, with a warm runner; and one lab from nothing, as `npm run check` does it. */
export async function checkerRows(): Promise<Row[]> {
  const scratch = join(ROOT, '.scratch');
  mkdirSync(scratch, { recursive: true });
  const folder = mkdtempSync(join(scratch, 'bench-'));
  cpSync(join(ROOT, 'solutions', LAB), join(folder, LAB), { recursive: true });
  const runner = createRunner({ staysReady: true, seed: 42, target: { type: 'local' }, root: ROOT });
  try {
    const lab = findLab(await loadCatalog(ROOT), LAB);
    if (!lab) throw new Error(`There is no lab ${LAB}.`);
    const verdictAfterEdit = (file: string) => async () => {
      const path = join(folder, LAB, file);
      writeFileSync(path, `${readFileSync(path, 'utf8')}\nexport const edit${Date.now()} = 1;\n`);
      const report = await runner.run({ lab, source: folder });
      if (!report.passed)
        throw new Error(`The solution did not pass: ${JSON.stringify(report.checks, null, 2)}`);
    };
    return [
      durationRow(
        'save → verdict, handler edit',
        await timesOf(11, verdictAfterEdit('worker.ts'), BETWEEN_SAVES_MS),
        {
          budgetMs: 1000,
        },
      ),
      durationRow(
        'save → verdict, stack edit',
        await timesOf(11, verdictAfterEdit('stack.ts'), BETWEEN_SAVES_MS),
        {
          budgetMs: 2000,
        },
      ),
      durationRow('one lab, cold', await timesOf(5, coldCheck), { budgetMs: 6000 }),
    ];
  } finally {
    await runner.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function coldCheck(): Promise<void> {
  await promisify(execFile)(
    'npm',
    ['run', '--silent', 'check', '--', LAB, '--source', 'solutions', '--json'],
    {
      cwd: ROOT,
    },
  );
}
