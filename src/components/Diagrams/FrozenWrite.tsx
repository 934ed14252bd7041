import type { ReactNode } from 'react';
import styles from './styles.module.css';

const story =
  'The function starts to write the order and answers 200 without waiting. Lambda freezes the environment, with the write half sent. ' +
  'Later the environment is removed, and the write with it. The client has a 200, the table has no order.';

/** The failure in one picture: an answer overtakes its write, and the environment freezes between the two. */
export function FrozenWrite(): ReactNode {
  return (
    <figure className="diagram">
      <svg className={styles.journey} viewBox="0 0 760 250" role="img" aria-label={story}>
        <defs>
          <marker
            id="frozen-head"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0l8 4-8 4z" />
          </marker>
        </defs>
        <text x="4" y="36" className={styles.name}>
          Client
        </text>
        <text x="4" y="126" className={styles.name}>
          Environment
        </text>
        <text x="4" y="216" className={styles.name}>
          Table
        </text>
        <rect x="150" y="96" width="190" height="48" rx="4" />
        <text x="245" y="126" textAnchor="middle">
          handler runs
        </text>
        <rect className={styles.deadLetters} x="340" y="96" width="290" height="48" rx="4" />
        <text x="485" y="126" textAnchor="middle">
          frozen, then removed
        </text>
        <path className={styles.flow} d="M180 44v46" markerEnd="url(#frozen-head)" />
        <text x="192" y="70" className={styles.small}>
          order
        </text>
        <path className={`${styles.flow} ${styles.good}`} d="M336 92V46" markerEnd="url(#frozen-head)" />
        <text x="348" y="70">
          200: stored
        </text>
        <path className={`${styles.flow} ${styles.bad}`} d="M300 146v22" strokeDasharray="5 4" />
        <path className={`${styles.flow} ${styles.bad}`} d="M293 172l14 14m0-14l-14 14" />
        <text x="318" y="184">
          the write that nobody awaited
        </text>
        <text x="150" y="216" className={styles.small}>
          never hears of the order
        </text>
      </svg>
      <figcaption>The answer overtakes the write. Nothing fails, and nothing is logged.</figcaption>
    </figure>
  );
}
