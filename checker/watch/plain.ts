import { describeChanges, GIVEN_NOTICE } from './changes.ts';
import type { SessionEvent } from './session.ts';
import { failing, focused, shownHints, type View } from './view.ts';

/**
 * What watch mode prints of an event when nobody looks at a terminal: plain lines, one verdict after the other.
 * @param view the view after the event
 */
export function printedLines(view: View, event: SessionEvent): string[] {
  switch (event.type) {
    case 'changed':
      return [
        `${event.lab}: ${describeChanges(event.changes)}`,
        ...(event.edit === 'nothing' ? [GIVEN_NOTICE] : []),
      ];
    case 'notice':
    case 'trouble':
      return [event.message];
    case 'broken':
      return [`${event.lab}: no verdict: ${event.message}`];
    case 'finished':
      return verdictLines(view, event);
    default:
      return [];
  }
}

function verdictLines(view: View, { lab, report }: SessionEvent & { type: 'finished' }): string[] {
  const seconds = (report.durationMs / 1000).toFixed(2);
  const word = report.passed ? 'passed' : 'not passed';
  const lines = [`${lab}: ${word}, ${report.points} of ${report.maxPoints} points, ${seconds} s`];
  lines.push(...failing(view).map(({ status, id, title }) => `  ${status} ${id}: ${title}`));
  const check = focused(view);
  if (check === undefined) return lines;
  const hint = shownHints(view, check.id).shown[0];
  lines.push(`next: ${check.id}`, ...(check.message ?? '').split('\n').map((line) => `  ${line}`));
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return lines;
}
