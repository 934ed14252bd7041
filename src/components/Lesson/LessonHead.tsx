import { useDoc } from '@docusaurus/plugin-content-docs/client';
import type { ReactNode } from 'react';
import type { Lab } from '../../../checker/catalog.ts';
import styles from './styles.module.css';

/** Number of the lab, reading and lab time, points: the label on the parcel. Times come from the front matter. */
export function LessonHead({ lab }: { lab: Lab }): ReactNode {
  const { reading = 0 } = useDoc().frontMatter as { reading?: number };
  const points = lab.checks.reduce((sum, check) => sum + (check.bonus ? 0 : check.points), 0);
  const facts = [
    ['Reading', `${reading} min`],
    ['Lab', `${lab.minutes - reading} min`],
    ['Checks', String(lab.checks.length)],
    ['Points', String(points)],
  ];
  return (
    <dl className={styles.label}>
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
