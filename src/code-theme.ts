import type { ThemeConfig } from '@docusaurus/preset-classic';

type PrismTheme = NonNullable<NonNullable<ThemeConfig['prism']>['theme']>;

/** Code colours as CSS variables, so that light and dark are decided in one place: src/css/site.css. */
export const codeTheme: PrismTheme = {
  plain: { color: 'var(--code-ink)', backgroundColor: 'var(--code-ground)' },
  styles: [
    { types: ['comment', 'prolog', 'doctype', 'cdata'], style: { color: 'var(--code-comment)' } },
    {
      types: ['string', 'char', 'attr-value', 'template-string', 'regex'],
      style: { color: 'var(--code-string)' },
    },
    { types: ['number', 'boolean', 'constant', 'builtin'], style: { color: 'var(--code-number)' } },
    { types: ['keyword', 'operator', 'atrule', 'important'], style: { color: 'var(--code-keyword)' } },
    {
      types: ['function', 'class-name', 'property', 'attr-name', 'tag', 'key'],
      style: { color: 'var(--code-name)' },
    },
    { types: ['punctuation'], style: { color: 'var(--code-faint)' } },
    { types: ['inserted', 'inserted-sign'], style: { color: 'var(--code-added)' } },
    { types: ['deleted', 'deleted-sign'], style: { color: 'var(--code-removed)' } },
  ],
};
