import { type Course, lineAt, type Problem } from '../course.ts';
import { pages } from './lessons.ts';

interface Link {
  file: string;
  line: number;
  target: string;
}

/** Links from page to page, and to a part of a page, lead somewhere. */
export function internalLinksLeadSomewhere({ files }: Course): Problem[] {
  const byRoute = new Map(pages(files).map(([file, text]) => [routeOf(file, text), file]));
  return linksOf(files).flatMap(({ file, line, target }) => {
    const [path = '', anchor] = target.split('#');
    if (/^[a-z][a-z+.-]*:/i.test(target) || /^\/(img|$)/.test(path)) return [];
    const page = path === '' ? file : path.startsWith('/') ? byRoute.get(path) : besides(file, path);
    const text = page === undefined ? undefined : files.get(page);
    const at = (what: string, todo: string) => [{ file, line, what, todo }];
    if (page === undefined || text === undefined) {
      return at(
        `the link ${target} leads to no page`,
        `Pages are: ${[...byRoute.keys()].sort().join(', ')}.`,
      );
    }
    if (anchor === undefined || text.includes(`{/* #${anchor} */}`)) return [];
    return at(
      `the link ${target} leads to a part that ${page} does not have`,
      `Mark the heading with {/* #${anchor} */}, or correct the link.`,
    );
  });
}

/** Other sites are asked over https only. */
export function externalLinksAreHttps({ files }: Course): Problem[] {
  return linksOf(files)
    .filter(({ target }) => /^[a-z][a-z+.-]*:/i.test(target) && !target.startsWith('https://'))
    .map(({ file, line, target }) => ({
      file,
      line,
      what: `the link ${target} is not https`,
      todo: 'Use https, or show an address of this machine as `code`.',
    }));
}

/** Links to other sites, by host, most frequent first: nothing here can follow them, so a person should. */
export function externalHosts({ files }: Pick<Course, 'files'>): readonly [host: string, links: number][] {
  const hosts = new Map<string, number>();
  for (const { target } of linksOf(files)) {
    if (!target.startsWith('https://')) continue;
    const { host } = new URL(target);
    hosts.set(host, (hosts.get(host) ?? 0) + 1);
  }
  return [...hosts].sort(([, one], [, other]) => other - one);
}

/** Links of the pages, those in code blocks left out. */
function linksOf(files: Course['files']): Link[] {
  return pages(files).flatMap(([file, text]) => {
    const prose = withoutCode(text);
    return [...prose.matchAll(/\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)\)|\bhref="([^"]+)"/g)].map(
      ({ 1: markdown, 2: html, index }) => ({
        file,
        line: lineAt(text, index),
        target: (markdown ?? html) as string,
      }),
    );
  });
}

/** The text with its code blanked out, line for line, so that places stay where they are. */
export function withoutCode(text: string): string {
  const blank = (code: string) => code.replaceAll(/[^\n]/g, ' ');
  return text.replaceAll(/^(\s*)(`{3,}|~{3,})[\s\S]*?^\s*\2\s*$/gm, blank).replaceAll(/`[^`\n]*`/g, blank);
}

/** Docusaurus leaves the number out of a page's address, and takes `slug` from the front matter where there is one. */
function routeOf(file: string, text: string): string {
  const slug = /^---\n[\s\S]*?^slug:[ \t]*(\S+)[\s\S]*?\n---/m.exec(text)?.[1];
  return (
    slug ??
    file
      .replace(/^docs/, '')
      .replace(/\.mdx?$/, '')
      .replace(/\/\d{2}-/, '/')
  );
}

function besides(file: string, path: string): string {
  const parts = file.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
