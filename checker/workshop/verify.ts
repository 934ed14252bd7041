import pc from 'picocolors';
import type { Course, Problem } from '../authoring/course.ts';
import type { Verified } from '../authoring/verify.ts';

/** Problems as lines: file by file, each with its place, what is wrong and what to do. */
export function problemLines(problems: readonly Problem[]): readonly string[] {
  const files = [...new Set(problems.map(({ file }) => file))].sort();
  return files.flatMap((file) => {
    const here = problems.filter((problem) => problem.file === file).sort((a, b) => a.line - b.line);
    return [
      '',
      ...here.flatMap(({ line, what, todo }) => [
        `${pc.red('✗')} ${pc.bold(`${file}:${line}`)}  ${what}`,
        `    ${pc.cyan('→')} ${todo}`,
      ]),
    ];
  });
}

/** What was looked at, and what it adds up to. */
export function verdictLines(
  { problems, rules, notes }: Verified,
  { labs, files }: Course,
): readonly string[] {
  const pages = [...files.keys()].filter((file) => /^docs\/.*\.mdx?$/.test(file)).length;
  const asked = `${rules} rules asked of ${labs.length} labs, ${pages} pages and ${files.size} files`;
  const verdict =
    problems.length === 0
      ? `${pc.green('✓')} ${asked}: nothing to mend.`
      : `${pc.red('✗')} ${asked}: ${problems.length} ${problems.length === 1 ? 'thing' : 'things'} to mend.`;
  return ['', ...notes.map((note) => pc.dim(note)), verdict];
}
