import type { ReactNode } from 'react';
import type { DeclaredCheck } from '../../../checker/catalog.ts';
import { HintList } from './HintList.tsx';
import { nextCheck, type PanelState } from './panel-state.ts';
import styles from './styles.module.css';
import { capital } from './words.ts';

/** What to do now: how to start, the next failing check with its message, or that all is done. */
export function NextCheck({
  checks,
  state,
}: {
  checks: readonly DeclaredCheck[];
  state: PanelState;
}): ReactNode {
  const next = nextCheck(state, checks);
  return (
    <div
      className={styles.next}
      data-kind={state.contact === 'absent' ? 'absent' : next === undefined ? 'done' : 'failing'}
    >
      {content(state, next)}
    </div>
  );
}

function content(state: PanelState, next: DeclaredCheck | undefined): ReactNode {
  if (state.contact === 'absent') {
    return (
      <>
        <p className={styles.nextTitle}>This page is not connected to a checker</p>
        <p>
          Run <code>npm start</code> in the course's folder and open <code>http://localhost:3000</code>. This
          panel then shows the verdict on your files, and follows each save.
        </p>
      </>
    );
  }
  if (state.contact === 'lost') {
    return (
      <>
        <p className={styles.nextTitle}>The checker does not answer</p>
        <p>
          What you see is the last verdict. Run <code>npm start</code> again; this page connects by itself.
        </p>
      </>
    );
  }
  if (state.trouble !== undefined) {
    return (
      <>
        <p className={styles.nextTitle}>The checker could not finish</p>
        <p className={styles.message}>{state.trouble}</p>
      </>
    );
  }
  if (next !== undefined) {
    return (
      <>
        <p className={styles.nextTitle}>
          <span>Next</span> {capital(next.title)}
        </p>
        <p className={styles.message}>{state.results[next.id]?.message}</p>
        <HintList key={next.id} hints={next.hints} />
      </>
    );
  }
  if (state.report?.passed === true) {
    return (
      <>
        <p className={styles.nextTitle}>Every check passes</p>
        <p>
          Poison goes to the dead-letter queue, and only poison. Compare your work with the solution below.
        </p>
      </>
    );
  }
  return (
    <>
      <p className={styles.nextTitle}>Nothing has run yet</p>
      <p>Press “Run the checks”, or save a file of the lab. The starter fails on purpose.</p>
    </>
  );
}
