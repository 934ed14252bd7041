import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { languageOf, regionOf, withoutMarkers } from '../../../checker/lesson/regions.ts';
import { hunksBetween, pairReasons } from './hunks.ts';
import { starterPath } from './starters.ts';

interface Node {
  type: string;
  name?: string;
  attributes?: { type: string; name?: string; value?: unknown }[];
  children?: Node[];
  [property: string]: unknown;
}

/**
 * Replaces, at build time, `<Code file region title>` by the code it names, and `<SolutionDiff lab file>` by the diff from
 * starter to solution with the reason (`<Why shows>`) beside each hunk. Nothing of it costs the page any JavaScript.
 * @throws Error that names the lesson when a file, a region or a hunk's reason is missing: the build stops.
 */
export function remarkIncludes(): (tree: Node, file: { path?: string; cwd?: string }) => void {
  return (tree, file) => {
    const root = process.cwd();
    const lesson = relative(root, file.path ?? '');
    walk(tree, (node) => {
      try {
        if (node.name === 'Code') return [includedCode(node, root)];
        if (node.name === 'SolutionDiff') return [solutionDiff(node, root)];
        return undefined;
      } catch (error) {
        throw new Error(`${lesson}: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
  };
}

function includedCode(node: Node, root: string): Node {
  const file = attribute(node, 'file');
  if (file === undefined) throw new Error('<Code> needs file="…".');
  const region = attribute(node, 'region');
  const source = read(root, file);
  const body = region === undefined ? withoutMarkers(source).trimEnd() : regionOf(source, file, region);
  const title = attribute(node, 'title') ?? file;
  return { type: 'code', lang: languageOf(file), meta: `title="${title}"`, value: body };
}

function solutionDiff(node: Node, root: string): Node {
  const lab = attribute(node, 'lab');
  const file = attribute(node, 'file');
  if (lab === undefined || file === undefined) throw new Error('<SolutionDiff> needs lab="…" and file="…".');
  const hunks = hunksBetween(
    withoutMarkers(read(root, `labs/${lab}/${file}`, true)),
    withoutMarkers(read(root, `solutions/${lab}/${file}`)),
  );
  const reasons = (node.children ?? [])
    .filter((child) => child.name === 'Why')
    .map((child) => ({ shows: attribute(child, 'shows') ?? '', children: child.children ?? [] }));
  const parts = pairReasons(hunks, reasons, `solutions/${lab}/${file}`).flatMap((pair) => [
    ...pair.reasons.flatMap((reason) => reason.children),
    { type: 'code', lang: 'diff', meta: `title="${file}"`, value: pair.hunk.text },
  ]);
  const summary: Node = {
    type: 'mdxJsxFlowElement',
    name: 'summary',
    attributes: [],
    children: [{ type: 'text', value: attribute(node, 'title') ?? `${file}: from starter to solution` }],
  };
  return { type: 'mdxJsxFlowElement', name: 'details', attributes: [], children: [summary, ...parts] };
}

function read(root: string, file: string, emptyIfAbsent = false): string {
  const path = file.startsWith('labs/') ? starterPath(root, file) : join(root, file);
  try {
    return readFileSync(path, 'utf8');
  } catch {
    if (emptyIfAbsent) return '';
    throw new Error(`${file} cannot be read. Correct the path.`);
  }
}

function attribute(node: Node, name: string): string | undefined {
  const value = node.attributes?.find((one) => one.name === name)?.value;
  return typeof value === 'string' ? value : undefined;
}

function walk(node: Node, replace: (node: Node) => Node[] | undefined): void {
  if (node.children === undefined) return;
  node.children = node.children.flatMap((child) => replace(child) ?? [child]);
  for (const child of node.children) walk(child, replace);
}
