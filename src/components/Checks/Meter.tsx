import type { ReactNode } from 'react';
import type { DeclaredCheck } from '../../../checker/catalog.ts';
import { isAwaited, type PanelState, statusOf } from './panel-state.ts';
import styles from './styles.module.css';

/** All checks side by side, each as wide as its points: the lab at a glance. The numbers beside it say the same. */
export function Meter({ checks, state }: { checks: readonly DeclaredCheck[]; state: PanelState }): ReactNode {
  return (
    <div className={styles.meter} aria-hidden="true">
      {checks.map((check) => (
        <span
          key={check.id}
          style={{ flexGrow: Math.max(check.points, 0.5) }}
          data-status={statusOf(state, check.id)}
          data-awaited={isAwaited(state, check.id)}
        />
      ))}
    </div>
  );
}
