import type { SidebarsConfig } from '@docusaurus/plugin-content-docs';
import { lessonEntries } from './src/lessons.ts';

const sidebars: SidebarsConfig = {
  course: [
    'start-here',
    {
      type: 'category',
      label: 'Labs',
      collapsible: false,
      items: lessonEntries(process.cwd()).map(({ id }) => id),
    },
    { type: 'category', label: 'The local cloud', collapsible: false, items: ['local-cloud'] },
    { type: 'category', label: 'For authors', collapsible: false, items: ['authors'] },
  ],
};

export default sidebars;
