// The process may have started before anybody knew for which function. It waits here, before anything else reads
// them, for the variables that it was not started with.
import './globals.mjs';
import 'node:http';
import { readFileSync } from 'node:fs';
import { postWaiting } from './runtime-channel.mjs';

const { _LOCAL_CLOUD_PRELOAD: preload = '' } = process.env;
delete process.env._LOCAL_CLOUD_PRELOAD;
const startedAt = performance.now();
// What cannot be loaded is the handler's to report, when it imports it.
const modules = [];
for (const name of preload.split(' ').filter(Boolean)) modules.push(await import(name).catch(() => ({})));
/** The handler need not load these any more: this much of its init is over already, in milliseconds. */
export const preloadMs = preload === '' ? 0 : performance.now() - startedAt;

if (modules.length > 0) {
  const { rehearse } = await import('./rehearse.mjs');
  await rehearse(modules);
}

postWaiting();
const text = readFileSync(0, 'utf8');
// Nobody came: the account has ended.
if (text === '') process.exit(0);
Object.assign(process.env, JSON.parse(text));
process.chdir(process.env.LAMBDA_TASK_ROOT);
