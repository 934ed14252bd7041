import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeRunner, testLab, testReport } from '../watch/testing.ts';
import { PortTakenError, startServer } from './index.ts';
import type { LabsAnswer, ServerEvent } from './protocol.ts';
import { createSite } from './site.ts';

const opened: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

const lab = testLab('07-sqs-batch');

async function server() {
  const root = await mkdtemp(join(tmpdir(), 'server-'));
  opened.push(() => rm(root, { recursive: true }));
  const source = join(root, 'labs');
  const built = join(root, 'build');
  await mkdir(join(source, lab.slug), { recursive: true });
  await mkdir(join(built, 'assets'), { recursive: true });
  await mkdir(join(built, 'sqs-batch'));
  await writeFile(join(built, 'index.html'), '<h1>Start</h1>');
  await writeFile(join(built, '404.html'), '<h1>Nothing here</h1>');
  await writeFile(join(built, 'sqs-batch', 'index.html'), '<h1>Lesson</h1>');
  await writeFile(join(built, 'assets', 'main.1a2b.js'), 'run()');
  await writeFile(join(built, '.stamp'), 'hidden');
  await writeFile(join(root, 'secret.txt'), 'outside');
  const runner = fakeRunner();
  const site = createSite();
  const latest = testReport(lab, ['failed', 'passed', 'skipped']);
  const loadCourse = async () => ({ labs: [lab], runner, source, latest: () => latest });
  const started = await startServer({ port: 0, site, loadCourse });
  opened.push(() => started.close());
  const { port } = started;

  /** A request that says about itself what it wants: fetch would correct Host and paths. */
  const ask = (
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: string; family?: string } = {},
  ) =>
    new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
      const asked = request(
        {
          host: options.family ?? '127.0.0.1',
          port,
          path,
          method: options.method ?? 'GET',
          headers: { host: `localhost:${port}`, ...options.headers },
          agent: false,
        },
        async (response) => {
          let text = '';
          for await (const chunk of response) text += chunk;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        },
      );
      asked.on('error', reject);
      asked.end(options.body);
    });
  const token = async () => (JSON.parse((await ask('/api/labs')).text) as LabsAnswer).token;
  const post = async (path: string, body?: string, headers: Record<string, string> = {}) =>
    ask(path, {
      method: 'POST',
      body,
      headers: { 'x-workshop-token': await token(), 'content-type': 'application/json', ...headers },
    });

  /** An open page: its events, one at a time. */
  const page = async () => {
    const abort = new AbortController();
    opened.push(() => abort.abort());
    const response = await fetch(`http://localhost:${port}/api/events`, { signal: abort.signal });
    const reader = response.body?.getReader();
    const decoder = new TextDecoder();
    let buffer = '';
    const next = async (): Promise<ServerEvent> => {
      while (true) {
        const end = buffer.indexOf('\n\n');
        if (end < 0) {
          const chunk = await reader?.read();
          buffer += decoder.decode(chunk?.value, { stream: true });
          continue;
        }
        const block = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
        if (event !== undefined && data !== undefined)
          return { event, data: JSON.parse(data) } as ServerEvent;
      }
    };
    return { next, close: () => abort.abort() };
  };
  return { ...started, site, built, source, runner, ask, post, page, root };
}

const codeOf = (text: string) => (JSON.parse(text) as { error: { code: string } }).error.code;

describe('who is answered', () => {
  it('answers on 127.0.0.1 and on ::1', async () => {
    const { ask } = await server();
    expect((await ask('/api/health', { family: '127.0.0.1' })).status).toBe(200);
    expect((await ask('/api/health', { family: '::1' })).status).toBe(200);
  });

  it('refuses a foreign Host for pages too', async () => {
    const { ask } = await server();
    const { status, text } = await ask('/', { headers: { host: 'evil.example' } });
    expect([status, codeOf(text)]).toEqual([403, 'ForeignHost']);
  });

  it('refuses a foreign Origin, so that it never sees the token', async () => {
    const { ask } = await server();
    const { status, text } = await ask('/api/labs', { headers: { origin: 'https://evil.example' } });
    expect([status, codeOf(text)]).toEqual([403, 'ForeignOrigin']);
  });

  it('runs nothing without the token', async () => {
    const { ask, runner } = await server();
    const { status, text } = await ask(`/api/labs/${lab.slug}/run`, { method: 'POST' });
    expect([status, codeOf(text)]).toEqual([403, 'TokenRequired']);
    expect(runner.runs).toHaveLength(0);
  });

  it('says that the port is taken', async () => {
    const { port } = await server();
    const second = startServer({ port, site: createSite(), loadCourse: () => new Promise(() => {}) });
    await expect(second).rejects.toBeInstanceOf(PortTakenError);
  });
});

describe('grading', () => {
  it('lists the labs with their checks and the recorded verdict', async () => {
    const { ask } = await server();
    const { labs } = JSON.parse((await ask('/api/labs')).text) as LabsAnswer;
    expect(labs[0]).toMatchObject({ slug: '07-sqs-batch', route: '/sqs-batch', latest: { points: 1 } });
    expect(labs[0]?.checks).toHaveLength(3);
  });

  it('a run that was asked for is told to the open page, check by check', async () => {
    const { page, post, runner } = await server();
    const { next } = await page();
    expect(await next()).toMatchObject({ event: 'state', data: { state: 'done', watching: true } });
    expect((await post(`/api/labs/${lab.slug}/run`)).status).toBe(202);
    const run = await runner.nextRun();
    const [result] = testReport(lab, ['passed']).checks;
    run.tell({ type: 'phase', lab: lab.slug, phase: 'deploy' });
    if (result) run.tell({ type: 'check', lab: lab.slug, result });
    run.end('passed', 'passed', 'passed');
    expect(await next()).toMatchObject({ event: 'state', data: { state: 'running' } });
    expect(await next()).toEqual({ event: 'phase', data: { lab: lab.slug, phase: 'deploy' } });
    expect(await next()).toMatchObject({ event: 'check', data: { result: { status: 'passed' } } });
    expect(await next()).toMatchObject({ event: 'state', data: { state: 'done', report: { passed: true } } });
  });

  it('a newer run wins: the one under way is cancelled', async () => {
    const { post, runner } = await server();
    await post(`/api/labs/${lab.slug}/run`);
    const first = await runner.nextRun();
    await post(`/api/labs/${lab.slug}/run`);
    await runner.nextRun();
    expect(first.signal?.aborted).toBe(true);
  });

  it('a file that is saved while a page is open runs its lab', async () => {
    const { page, source, runner } = await server();
    const { next } = await page();
    await next();
    await writeFile(join(source, lab.slug, 'worker.ts'), 'saved');
    expect(await next()).toMatchObject({ event: 'state', data: { changed: ['worker.ts'] } });
    expect((await runner.nextRun()).lab).toBe(lab.slug);
  });

  it('a lab whose watching is off shows the change and waits', async () => {
    const { page, post, source, runner } = await server();
    const { next } = await page();
    await next();
    expect((await post(`/api/labs/${lab.slug}/watch`, '{"on":false}')).status).toBe(200);
    expect(await next()).toMatchObject({ data: { watching: false } });
    await writeFile(join(source, lab.slug, 'worker.ts'), 'saved');
    expect(await next()).toMatchObject({ data: { changed: ['worker.ts'], state: 'done' } });
    expect(runner.runs).toHaveLength(0);
  });

  it('a run without a verdict is told with its cause', async () => {
    const { page, post, runner } = await server();
    const { next } = await page();
    await next();
    await post(`/api/labs/${lab.slug}/run`);
    (await runner.nextRun()).fail(new Error('disk full'));
    await next();
    expect(await next()).toMatchObject({ event: 'state', data: { state: 'done', trouble: 'disk full' } });
  });

  it('close cancels the run under way and ends open pages', async () => {
    const { page, post, runner, close } = await server();
    const { next } = await page();
    await next();
    await post(`/api/labs/${lab.slug}/run`);
    const run = await runner.nextRun();
    await close();
    expect(run.signal?.aborted).toBe(true);
  });
});

describe('bad calls end in one clear message', () => {
  it.each([
    ['an unknown lab', '/api/labs/99-none/run', undefined, 404, 'UnknownLab'],
    ['an unknown call', '/api/labs/07-sqs-batch/delete', undefined, 404, 'UnknownCall'],
    ['malformed JSON', '/api/labs/07-sqs-batch/watch', '{"on":', 400, 'MalformedJson'],
    ['a wrong type', '/api/labs/07-sqs-batch/watch', '{"on":"yes"}', 400, 'InvalidBody'],
    ['an unknown member', '/api/labs/07-sqs-batch/watch', '{"on":true,"x":1}', 400, 'InvalidBody'],
    ['no body', '/api/labs/07-sqs-batch/watch', undefined, 400, 'MalformedJson'],
    ['a huge body', '/api/labs/07-sqs-batch/watch', `"${'x'.repeat(100_000)}"`, 413, 'BodyTooLarge'],
  ])('%s', async (_what, path, body, status, code) => {
    const { post } = await server();
    const answer = await post(path, body);
    expect([answer.status, codeOf(answer.text)]).toEqual([status, code]);
  });

  it('a body that is not JSON by its type', async () => {
    const { post } = await server();
    const { status } = await post('/api/labs/07-sqs-batch/watch', '{"on":true}', {
      'content-type': 'text/plain',
    });
    expect(status).toBe(415);
  });

  it('what is not HTTP', async () => {
    const { port } = await server();
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('hello\r\n\r\n'));
      socket.on('data', (data) => resolve(data.toString()));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('a course that does not load is said by each call, and the site is served', async () => {
    const site = createSite();
    const loadCourse = () => Promise.reject(new Error('docs/07-sqs-batch.mdx: front matter: lab is missing'));
    const { url, close } = await startServer({ port: 0, site, loadCourse });
    opened.push(close);
    const answer = await fetch(`${url}/api/labs`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain('front matter: lab is missing');
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
  });
});

describe('the site', () => {
  it('says that it is being built until it is there', async () => {
    const { ask, site, built } = await server();
    expect(await ask('/sqs-batch')).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    site.ready(built);
    expect(await ask('/sqs-batch')).toMatchObject({ status: 200, text: '<h1>Lesson</h1>' });
  });

  it('says why it could not be built, without letting the message become markup', async () => {
    const { ask, site } = await server();
    site.failed('broken <link> in docs/a.mdx');
    const { status, text } = await ask('/');
    expect(status).toBe(503);
    expect(text).toContain('broken &lt;link&gt; in docs/a.mdx');
  });

  it('lets the browser keep what carries a hash in its name, and ask again for pages', async () => {
    const { ask, site, built } = await server();
    site.ready(built);
    expect((await ask('/assets/main.1a2b.js')).headers['cache-control']).toContain('immutable');
    const first = await ask('/');
    expect(first.headers['cache-control']).toBe('no-cache');
    const again = await ask('/', { headers: { 'if-none-match': first.headers.etag ?? '' } });
    expect(again.status).toBe(304);
  });

  it('answers what is not there with the site’s own page', async () => {
    const { ask, site, built } = await server();
    site.ready(built);
    expect(await ask('/nothing')).toMatchObject({ status: 404, text: '<h1>Nothing here</h1>' });
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//etc/passwd',
    '/%00',
    '/%',
    '/.stamp',
  ])('never leaves its folder: %s', async (path) => {
    const { ask, site, built } = await server();
    site.ready(built);
    expect((await ask(path)).status).toBe(404);
  });

  it('survives a nonsensical range and a build that is replaced', async () => {
    const { ask, site, built } = await server();
    site.ready(built);
    expect((await ask('/', { headers: { range: 'bytes=5-2' } })).status).toBe(200);
    await rm(built, { recursive: true });
    expect((await ask('/')).status).toBe(404);
  });

  it('takes GET and HEAD only', async () => {
    const { ask, post, site, built } = await server();
    site.ready(built);
    expect((await ask('/', { method: 'HEAD' })).status).toBe(200);
    expect((await post('/')).status).toBe(405);
  });
});
