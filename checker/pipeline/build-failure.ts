import type { BuildFailure } from 'esbuild';

/**
 * Tells an esbuild failure as the learner needs it: `worker.ts:12:5: Expected ")" but found ";"` and the line.
 * @param file the file that was built, named when esbuild names none
 */
export function describeBuildFailure(cause: unknown, file: string): string {
  const errors = (cause as Partial<BuildFailure>).errors;
  if (!errors?.length)
    return `${file} does not build: ${cause instanceof Error ? cause.message : String(cause)}`;
  const told = errors.slice(0, 3).map(({ text, location }) => {
    if (!location) return `${file}: ${text}`;
    const line = location.lineText.trim();
    return `${location.file}:${location.line}:${location.column + 1}: ${text}${line ? `\n    ${line}` : ''}`;
  });
  if (errors.length > told.length) told.push(`… and ${errors.length - told.length} more`);
  return told.join('\n');
}
