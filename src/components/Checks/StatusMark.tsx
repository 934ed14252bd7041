import type { ReactNode } from 'react';
import type { ShownStatus } from './panel-state.ts';
import styles from './styles.module.css';
import { statusWords } from './words.ts';

const shapes: Record<ShownStatus, ReactNode> = {
  'not-run': <circle cx="10" cy="10" r="6.5" />,
  passed: <path d="M4.5 10.5l3.8 3.8 7.4-8.3" />,
  failed: <path d="M5.5 5.5l9 9m0-9l-9 9" />,
  skipped: <path d="M5 10h10" />,
  error: <path d="M10 4v7m0 3.4v.6" />,
};

/** A status as a shape, a colour and a word, so that none of them carries it alone. */
export function StatusMark({ status, awaited }: { status: ShownStatus; awaited: boolean }): ReactNode {
  const word = awaited ? `running, before: ${statusWords[status]}` : statusWords[status];
  return (
    <svg
      className={styles.mark}
      data-status={status}
      data-awaited={awaited}
      viewBox="0 0 20 20"
      role="img"
      aria-label={word}
    >
      {awaited ? <path className={styles.spinner} d="M10 3.5a6.5 6.5 0 1 1-6.5 6.5" /> : shapes[status]}
    </svg>
  );
}
