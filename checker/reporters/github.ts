import type { Report } from '../report.ts';

/**
 * The verdict as workflow commands: an annotation for each check that did not pass.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function github({ labs }: Report): string {
  const lines = labs.flatMap(({ lab, checks, points, maxPoints, passed }) => [
    ...checks
      .filter(({ status }) => status === 'failed' || status === 'error')
      .map(({ title, message = '' }) => `::error title=${property(`${lab}: ${title}`)}::${data(message)}`),
    `::notice title=${property(lab)}::${passed ? 'passed' : 'not passed'}, ${points} of ${maxPoints} points`,
  ]);
  return `${lines.join('\n')}\n`;
}

const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
