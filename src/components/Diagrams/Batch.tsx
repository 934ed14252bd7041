import type { ReactNode } from 'react';
import styles from './styles.module.css';

/** What became of one message of a batch. */
export type Fate = 'waiting' | 'done' | 'again' | 'lost' | 'dead-letter';

const marks: Record<Fate, ReactNode> = {
  waiting: null,
  done: <path d="M10 17.5l4 4 8.5-9.5" />,
  again: <path d="M22 16a6.5 6.5 0 1 1-2.2-4.9M22 7v4.5h-4.5" />,
  lost: <path d="M11 12l10 10m0-10L11 22" />,
  'dead-letter': <path d="M16 9v9m-4-3.5l4 4 4-4M9 23h14" />,
};

const poisonPlace = 5;

/** Ten messages as ten parcels; the sixth is the poison one. The text beside it tells the same. */
export function Batch({ fates }: { fates: readonly Fate[] }): ReactNode {
  return (
    <div className={styles.batch} aria-hidden="true">
      {fates.map((fate, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a parcel is its place in the batch
        // biome-ignore lint/a11y/noSvgWithoutTitle: hidden from assistive technology, with its whole row
        <svg key={index} viewBox="0 0 32 32" data-fate={fate} data-poison={index === poisonPlace}>
          <rect x="2" y="3" width="28" height="26" rx="2.5" />
          {marks[fate]}
        </svg>
      ))}
    </div>
  );
}

/** The function throws at the sixth. */
export const thrown: readonly Fate[] = fates('again', 'again', 'again');
/** The function's loop ends at the sixth, and the function returns. */
export const swallowed: readonly Fate[] = fates('done', 'lost', 'lost');
/** The function names the sixth. */
export const reported: readonly Fate[] = fates('done', 'dead-letter', 'done');

function fates(before: Fate, poison: Fate, after: Fate): Fate[] {
  return Array.from({ length: 10 }, (_, place) =>
    place < poisonPlace ? before : place === poisonPlace ? poison : after,
  );
}
