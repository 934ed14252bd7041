import type { CheckResult, Report } from '../report.ts';

/**
 * The verdict as JUnit XML, one test suite a lab.
 * @see https://github.com/testmoapp/junitxml
 */
export function junit({ labs }: Report): string {
  const suites = labs.map(({ lab, checks, durationMs }) => {
    const count = (status: CheckResult['status']) => checks.filter((check) => check.status === status).length;
    const attributes = `name="${xml(lab)}" tests="${checks.length}" failures="${count('failed')}" errors="${count('error')}" skipped="${count('skipped')}" time="${seconds(durationMs)}"`;
    return [`  <testsuite ${attributes}>`, ...checks.map(testCase), '  </testsuite>'].join('\n');
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join(
    '\n',
  );
}

const elements = { failed: 'failure', error: 'error', skipped: 'skipped' } as const;

function testCase({ id, title, kind, status, message = '', durationMs }: CheckResult): string {
  const open = `    <testcase classname="${xml(`${id.split('/')[0]}.${kind}`)}" name="${xml(title)}" time="${seconds(durationMs)}"`;
  if (status === 'passed') return `${open}/>`;
  return `${open}><${elements[status]} message="${xml(message)}"/></testcase>`;
}

const seconds = (ms: number) => (ms / 1000).toFixed(3);

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** XML has no place for control characters, not even escaped. https://www.w3.org/TR/xml/#charsets */
function xml(text: string): string {
  const allowed = [...text].filter(
    (character) => character >= ' ' || character === '\n' || character === '\t',
  );
  return allowed.join('').replace(/[&<>"\n\t]/g, (found) => entities[found] ?? found);
}
