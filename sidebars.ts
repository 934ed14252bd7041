import type { SidebarsConfig } from '@docusaurus/plugin-content-docs';

const sidebars: SidebarsConfig = {
  course: ['start-here', { type: 'category', label: 'Labs', collapsible: false, items: ['sqs-batch'] }],
};

export default sidebars;
