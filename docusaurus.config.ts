import type * as PresetClassic from '@docusaurus/preset-classic';
import type { Config } from '@docusaurus/types';
import { codeTheme } from './src/code-theme.ts';
import { lessonEntries } from './src/lessons.ts';
import { remarkIncludes } from './src/plugins/workshop/remark-includes.ts';

const config: Config = {
  title: 'Serverless Patterns Workshop',
  tagline: 'Watch an order get lost, repair the code, see a true verdict.',
  favicon: 'img/favicon.svg',
  url: 'http://localhost:3000',
  baseUrl: '/',
  onBrokenLinks: 'throw',
  onBrokenAnchors: 'throw',
  onDuplicateRoutes: 'throw',
  i18n: { defaultLocale: 'en', locales: ['en'] },
  future: { v4: true, faster: true },
  markdown: {
    mermaid: true,
    hooks: { onBrokenMarkdownLinks: 'throw', onBrokenMarkdownImages: 'throw' },
  },
  themes: [
    '@docusaurus/theme-mermaid',
    [
      '@easyops-cn/docusaurus-search-local',
      {
        hashed: 'filename',
        indexBlog: false,
        docsRouteBasePath: '/',
        highlightSearchTermsOnTargetPage: true,
        // Hints and solutions are folded so that nobody meets them by accident.
        ignoreCssSelectors: ['details'],
      },
    ],
  ],
  plugins: ['./src/plugins/workshop/index.ts'],
  presets: [
    [
      'classic',
      {
        docs: {
          routeBasePath: '/',
          sidebarPath: './sidebars.ts',
          breadcrumbs: false,
          // First, so that included code goes through the same steps as code written in the lesson.
          beforeDefaultRemarkPlugins: [remarkIncludes],
        },
        blog: false,
        sitemap: false,
        theme: { customCss: './src/css/site.css' },
      } satisfies PresetClassic.Options,
    ],
  ],
  themeConfig: {
    colorMode: { respectPrefersColorScheme: true },
    navbar: {
      title: 'Serverless Patterns',
      logo: { alt: '', src: 'img/logo.svg', srcDark: 'img/logo-dark.svg', width: 28, height: 28 },
      items: [
        { to: '/start-here', label: 'Start here', position: 'left' },
        {
          type: 'dropdown',
          label: 'Labs',
          position: 'left',
          items: lessonEntries(process.cwd()).map(({ id, number, title }) => ({
            to: `/${id}`,
            label: `${number} ${title}`,
          })),
        },
      ],
    },
    footer: {
      copyright: 'Code: Apache-2.0. Lessons: CC BY 4.0. AWS is a trademark of Amazon.com, Inc.',
    },
    prism: { theme: codeTheme, darkTheme: codeTheme, additionalLanguages: ['bash', 'json', 'diff', 'hcl'] },
    mermaid: { theme: { light: 'neutral', dark: 'dark' } },
    tableOfContents: { minHeadingLevel: 2, maxHeadingLevel: 3 },
  } satisfies PresetClassic.ThemeConfig,
};

export default config;
