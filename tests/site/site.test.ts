import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeclaredCheck, findLab, type Lab, loadCatalog } from '../../checker/catalog.ts';
import { type CheckResult, type CheckStatus, summarize } from '../../checker/report.ts';
import { openBrowser, withBrowser } from '../browser.ts';
import { faintTexts } from './contrast.ts';
import { type FakeServer, serveSite } from './fake-server.ts';
import { root } from './lessons.ts';

const folder = mkdtempSync(join(tmpdir(), 'site-'));
let lab: Lab;

beforeAll(async () => {
  lab = findLab(await loadCatalog(root), '07') as Lab;
  const docusaurus = join(root, 'node_modules/@docusaurus/core/bin/docusaurus.mjs');
  // Folders of its own and no cache: another build may be under way in this checkout.
  const env = {
    ...process.env,
    DOCUSAURUS_GENERATED_FILES_DIR_NAME: '.scratch/site-test',
    DOCUSAURUS_NO_PERSISTENT_CACHE: 'true',
  };
  await promisify(execFile)(process.execPath, [docusaurus, 'build', '--out-dir', folder], { cwd: root, env });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('the built pages', () => {
  it.each(['', 'start-here', 'handler-anatomy', 'sqs-batch'])(
    '/%s says what it is without JavaScript',
    (page) => {
      expect(readFileSync(join(folder, page, 'index.html'), 'utf8')).toMatch(/<h1[\s>]/);
    },
  );

  it('the lesson lists every check, and says how to start the checker', () => {
    const html = readFileSync(join(folder, 'sqs-batch/index.html'), 'utf8');
    for (const { slug } of lab.checks) expect(html).toContain(`data-check=${slug}`);
    expect(html).toContain('npm start');
  });
});

describe.runIf(withBrowser)('in Chromium', () => {
  let browser: Browser;
  let server: FakeServer;
  let page: Page;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  const open = async (path: string, options: { api: boolean; width?: number }) => {
    server = await serveSite(folder, options.api ? [lab] : undefined);
    const context = await browser.newContext({ viewport: { width: options.width ?? 1280, height: 900 } });
    page = await context.newPage();
    await page.goto(server.url + path);
    if (options.api) await page.locator('[data-contact=live]').waitFor();
  };
  const shut = async () => {
    await page.context().close();
    await server.close();
  };
  const row = (slug: string) => page.locator(`[data-check=${slug}]`);
  const say = (state: 'running' | 'done', statuses?: (check: DeclaredCheck) => CheckStatus) => {
    const report =
      statuses &&
      summarize(
        lab.slug,
        lab.checks.map((check) => resultOf(check, statuses(check))),
        840,
      );
    server.send({ event: 'state', data: { lab: lab.slug, state, report, changed: [], watching: true } });
  };

  it('a failing verdict shows the points, the next check with its message, and each status', async () => {
    await open('/sqs-batch', { api: true });
    say('done', ({ starter }) => (starter === 'fails' ? 'failed' : 'passed'));
    const first = lab.checks.find(({ starter }) => starter === 'fails');
    await expect.poll(() => page.locator('#verdict').textContent()).toContain(`message of ${first?.slug}`);
    expect(await row(first?.slug ?? '').getAttribute('data-status')).toBe('failed');
    await shut();
  });

  it('a check that passes now is marked, and the verdict is spoken', async () => {
    await open('/sqs-batch', { api: true });
    say('done', () => 'failed');
    say('running');
    await page.locator('[data-awaited=true]').first().waitFor();
    say('done', () => 'passed');
    await page.locator('[data-moved=true]').first().waitFor();
    expect(await page.locator('#verdict [role=status]').textContent()).toContain(
      `${lab.checks.length} of ${lab.checks.length} checks pass`,
    );
    await shut();
  });

  it('the button asks for a run with the token', async () => {
    await open('/sqs-batch', { api: true });
    await page.getByRole('button', { name: 'Run the checks' }).click();
    await expect.poll(() => server.runs).toEqual([{ lab: lab.slug, token: 'test-token' }]);
    await shut();
  });

  it('a checker that goes away is told, and the last verdict stays', async () => {
    await open('/sqs-batch', { api: true });
    say('done', () => 'passed');
    await page.locator('[data-status=passed]').first().waitFor();
    const gone = server.close();
    await page.locator('[data-contact=lost]').waitFor();
    expect(await row(lab.checks[0]?.slug ?? '').getAttribute('data-status')).toBe('passed');
    await gone;
    await page.context().close();
  });

  it.each(['/', '/start-here', '/handler-anatomy', '/sqs-batch'])('%s fits a phone', async (path) => {
    await open(path, { api: false, width: 390 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await shut();
  });

  it.each(['light', 'dark'] as const)(
    'every text of the %s pages has enough contrast',
    async (colorScheme) => {
      server = await serveSite(folder);
      page = await (await browser.newContext({ colorScheme })).newPage();
      for (const path of ['/', '/start-here', '/handler-anatomy', '/sqs-batch']) {
        await page.goto(server.url + path);
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true;
        });
        expect(await faintTexts(page), path).toEqual([]);
      }
      await shut();
    },
  );

  it('a quiz answer explains itself', async () => {
    await open('/sqs-batch', { api: false });
    await page.getByLabel('Maximum concurrency 20 on the mapping').check();
    expect(await page.locator('fieldset', { hasText: 'at most 20 workers' }).textContent()).toContain(
      'Right.',
    );
    await shut();
  });

  it('search finds the lesson', async () => {
    await open('/start-here', { api: false });
    await page.getByPlaceholder('Search').click();
    await page.keyboard.type('redrive policy');
    await page.locator('.navbar__search').getByText('Queues and partial batch failure').first().waitFor();
    await shut();
  });

  it('a lesson asks for nothing from another host, and for at most 180 KB of compressed scripts', async () => {
    server = await serveSite(folder);
    page = await (await browser.newContext()).newPage();
    const urls = new Set<string>();
    // Pages behind links that are in view are fetched ahead, in idle time: they are not what this page needs.
    const scripts = new Set<string>();
    page.on('request', (request) => {
      urls.add(request.url());
      if (request.resourceType() === 'script') scripts.add(request.url());
    });
    await page.goto(`${server.url}/sqs-batch`, { waitUntil: 'networkidle' });
    const sizes = [...scripts].map(
      (url) => brotliCompressSync(readFileSync(join(folder, new URL(url).pathname))).length,
    );
    expect([...urls].filter((url) => !url.startsWith(server.url) && !url.startsWith('data:'))).toEqual([]);
    expect(scripts.size).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(180 * 1024);
    await shut();
  });
});

function resultOf(check: DeclaredCheck, status: CheckStatus): CheckResult {
  const { id, title, kind, points, bonus, lesson, slug } = check;
  return {
    id,
    title,
    kind,
    points,
    bonus,
    lesson,
    status,
    durationMs: 10,
    message: status === 'failed' ? `message of ${slug}` : undefined,
  };
}
