import type { ReactNode } from 'react';
import { Batch, reported, swallowed, thrown } from './Batch.tsx';
import styles from './styles.module.css';

const rows = [
  {
    title: 'The function throws',
    text: 'Lambda keeps all ten, and all ten come back, again and again. With a dead-letter queue all ten end there, nine of them good.',
    fates: thrown,
  },
  {
    title: 'The function catches and logs, like the starter',
    text: 'The loop has ended at the sixth. Lambda sees a success and deletes all ten: five orders are gone.',
    fates: swallowed,
  },
  {
    title: 'The function names the one that failed',
    text: 'Nine are deleted. One comes back, and ends in the dead-letter queue, where you can look at it.',
    fates: reported,
  },
];

/** The failure in one picture: what happens to ten messages, one of them poison, under three handlers. */
export function LostOrder(): ReactNode {
  return (
    <figure className={styles.lost}>
      {rows.map((row) => (
        <div key={row.title}>
          <p>
            <strong>{row.title}.</strong> {row.text}
          </p>
          <Batch fates={row.fates} />
        </div>
      ))}
      <figcaption>A batch of ten orders. The sixth is poison: no retry will make it work.</figcaption>
    </figure>
  );
}
