import type { ReactNode } from 'react';
import styles from './styles.module.css';

const steps = ['A nudge', 'Where to look', 'Nearly the answer'];

/** A check's hints, each folded, from a nudge to nearly the answer. */
export function HintList({ hints }: { hints: readonly string[] }): ReactNode {
  return (
    <div className={styles.hints}>
      {hints.map((hint, index) => (
        <details key={hint} className={styles.hint}>
          <summary>
            Hint {index + 1}
            <span className={styles.hintStep}>{steps[index]}</span>
          </summary>
          <p>{hint}</p>
        </details>
      ))}
    </div>
  );
}
