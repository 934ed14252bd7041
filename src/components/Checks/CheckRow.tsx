import type { ReactNode } from 'react';
import type { DeclaredCheck } from '../../../checker/catalog.ts';
import { HintList } from './HintList.tsx';
import { isAwaited, type PanelState, statusOf } from './panel-state.ts';
import { StatusMark } from './StatusMark.tsx';
import styles from './styles.module.css';

/** One check: a line that opens to its message, hints and place in the lesson. */
export function CheckRow({ check, state }: { check: DeclaredCheck; state: PanelState }): ReactNode {
  const status = statusOf(state, check.id);
  const result = state.results[check.id];
  return (
    <li
      className={styles.row}
      data-status={status}
      data-moved={state.moved.includes(check.id)}
      data-check={check.slug}
    >
      <details>
        <summary>
          <StatusMark status={status} awaited={isAwaited(state, check.id)} />
          <span className={styles.rowTitle}>{check.title}</span>
          <span className={styles.rowPoints}>{pointsWord(check)}</span>
        </summary>
        <div className={styles.rowBody}>
          {result?.message !== undefined && <p className={styles.message}>{result.message}</p>}
          <HintList hints={check.hints} />
          <p className={styles.rowFoot}>
            <a href={check.lesson}>Read this part of the lesson</a>
            <code>{`${check.kind}/${check.slug}`}</code>
          </p>
        </div>
      </details>
    </li>
  );
}

/** Checks worth nothing guard what the starter does right already. */
function pointsWord(check: DeclaredCheck): string {
  if (check.bonus) return `bonus ${check.points}`;
  if (check.points === 0) return 'must pass';
  return check.points === 1 ? '1 point' : `${check.points} points`;
}
