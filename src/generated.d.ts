/// <reference types="@docusaurus/module-type-aliases" />
/// <reference types="@docusaurus/theme-classic" />

/** What src/plugins/workshop writes for each lab. */
declare module '@generated/workshop/default/*.json' {
  const lab: import('../checker/catalog.ts').Lab;
  export default lab;
}

/** A line a lab, for the landing page. */
declare module '@generated/workshop/default/course.json' {
  const course: import('./plugins/workshop/index.ts').CourseEntry[];
  export default course;
}

declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>;
  export default classes;
}
