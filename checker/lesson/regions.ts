/** Which language a code block gets, by the file's extension. */
const languages: Record<string, string> = { ts: 'ts', tsx: 'tsx', json: 'json', md: 'md', sh: 'bash' };

const marker = /^\s*\/\/ (region|endregion)\b ?(.*)$/;

export function languageOf(file: string): string {
  return languages[file.split('.').pop() ?? ''] ?? 'text';
}

/**
 * Cuts a named region out of a source file: the lines between `// region <name>` and its `// endregion`,
 * without other region markers and without the common indentation.
 * @throws Error that names the file and the region when it is missing, never closed, there twice, or empty.
 */
export function regionOf(source: string, file: string, name: string): string {
  const lines = source.split('\n');
  const starts = lines.flatMap((line, index) => {
    const found = marker.exec(line);
    return found?.[1] === 'region' && found[2]?.trim() === name ? [index] : [];
  });
  const [start] = starts;
  if (start === undefined) {
    const known = lines.flatMap((line) => {
      const found = marker.exec(line);
      return found?.[1] === 'region' ? [found[2]?.trim() ?? ''] : [];
    });
    const hint = known.length > 0 ? `It has: ${known.join(', ')}.` : 'It has no regions.';
    throw new Error(`${file} has no "// region ${name}". ${hint} Add the marker or correct the lesson.`);
  }
  if (starts.length > 1) throw new Error(`${file} has "// region ${name}" ${starts.length} times. Keep one.`);

  let depth = 1;
  let end = start + 1;
  for (; end < lines.length; end += 1) {
    const found = marker.exec(lines[end] ?? '');
    if (found?.[1] === 'region') depth += 1;
    if (found?.[1] === 'endregion') depth -= 1;
    if (depth === 0) break;
  }
  if (depth > 0) throw new Error(`${file}: "// region ${name}" is never closed. Add "// endregion".`);

  const body = withoutMarkers(lines.slice(start + 1, end).join('\n'));
  if (body.trim() === '') throw new Error(`${file}: "// region ${name}" is empty.`);
  return dedent(body);
}

/** A source file as a reader should see it: without the markers that only lessons need. */
export function withoutMarkers(source: string): string {
  return source
    .split('\n')
    .filter((line) => !marker.test(line))
    .join('\n');
}

function dedent(text: string): string {
  const lines = text.replace(/^\s*\n|\s+$/g, '').split('\n');
  const widths = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const width = Math.min(...widths);
  return lines.map((line) => line.slice(width)).join('\n');
}
