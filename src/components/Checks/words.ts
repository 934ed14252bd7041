import type { Kind } from '../../../checker/report.ts';
import type { ShownStatus } from './panel-state.ts';

/** In the order in which a learner meets them. The checker's own list is not imported: its modules do not belong in a page. */
export const kinds: readonly Kind[] = ['handler', 'stack', 'live'];

export const kindTitles: Record<Kind, string> = { handler: 'Handler', stack: 'Stack', live: 'Live' };

/** What the three kinds of checks look at. */
export const kindMeanings: Record<Kind, string> = {
  handler: 'your function, called with SQS events',
  stack: 'the template that your stack makes',
  live: 'the deployed stack, with messages in its queue',
};

export const statusWords: Record<ShownStatus, string> = {
  'not-run': 'not run yet',
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  error: 'could not be graded',
};

export const phaseWords: Record<string, string> = {
  copy: 'Copying your files',
  synth: 'Synthesizing the stack',
  bundle: 'Bundling the handler',
  deploy: 'Deploying to the local cloud',
  checks: 'Running the checks',
};

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Titles are written as the middle of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
