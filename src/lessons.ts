import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A lesson as menus and the landing page show it. */
export interface LessonEntry {
  /** Docusaurus's id of the page: the file's name without number and extension. */
  id: string;
  /** Two digits. */
  number: string;
  title: string;
  description: string;
}

/**
 * The lessons in teaching order, from the names and the front matter of their files.
 * @param root the checkout
 */
export function lessonEntries(root: string): LessonEntry[] {
  return readdirSync(join(root, 'docs'))
    .sort()
    .flatMap((file) => {
      const [, number = '', id = ''] = /^(\d{2})-(.+)\.mdx$/.exec(file) ?? [];
      if (id === '') return [];
      const text = readFileSync(join(root, 'docs', file), 'utf8');
      return [
        { id, number, title: frontMatter(text, 'title'), description: frontMatter(text, 'description') },
      ];
    });
}

function frontMatter(text: string, key: string): string {
  const value = new RegExp(`^${key}:[ \\t]*(.*)$`, 'm').exec(text)?.[1] ?? '';
  return value.trim().replace(/^(['"])(.*)\1$/, '$2');
}
