import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../checker/catalog.ts';
import { pages, root } from './lessons.ts';

const lessons = pages();

describe.each(await loadCatalog(root))('the lesson of $slug', (lab) => {
  const lesson = lessons.find(({ file }) => file === `docs/${lab.slug}.mdx`);

  it.each(lab.checks)('has the part that $id points to', (check) => {
    expect(lesson?.text).toContain(`{/* ${check.lesson.slice(lab.route.length)} */}`);
  });

  it.each([
    'failure',
    'how-it-works',
    'traps',
    'lab',
    'contract',
    'hints',
    'watch',
    'solution',
    'other-tools',
    'production',
    'quiz',
  ])('has the part %s', (id) => {
    expect(lesson?.text).toContain(`{/* #${id} */}`);
  });

  it('links to other sites over https only', () => {
    expect(lesson?.text).not.toMatch(/\]\(http:\/\//);
  });
});

it('lessons load nothing from another host', () => {
  for (const { file, text } of lessons) {
    expect(text.match(/<(img|script|iframe|link)\b[^>]*https?:/), file).toBeNull();
  }
});
