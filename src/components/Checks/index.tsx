import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import type { Lab } from '../../../checker/catalog.ts';
import { CheckRow } from './CheckRow.tsx';
import { Meter } from './Meter.tsx';
import { NextCheck } from './NextCheck.tsx';
import { type PanelState, pointsOf, spokenVerdict } from './panel-state.ts';
import styles from './styles.module.css';
import { useLab } from './use-lab.ts';
import { countOf, kindMeanings, kinds, kindTitles, phaseWords } from './words.ts';

/**
 * The live panel of a lab. With the checker behind the page it follows every run; as a plain file it lists the checks and says
 * how to start the checker.
 */
export function Checks({ lab }: { lab: Lab }): ReactNode {
  const { state, start } = useLab(lab.slug);
  const panel = useRef<HTMLElement>(null);
  const inView = useInView(panel);
  const { points, of, passed } = pointsOf(state, lab.checks);
  const connected = state.contact === 'live';

  return (
    <>
      <section
        ref={panel}
        id="verdict"
        className={styles.panel}
        aria-label={`Checks of lab ${lab.number}`}
        data-contact={state.contact}
      >
        <header className={styles.head}>
          <div>
            <p className={styles.score}>
              <strong>{points}</strong> of {of} points
            </p>
            <p className={styles.line}>
              {passed} of {lab.checks.length} checks pass
            </p>
          </div>
          <div className={styles.action}>
            <button type="button" onClick={start} disabled={!connected} className={styles.run}>
              {state.run === 'running' ? 'Run again' : 'Run the checks'}
            </button>
            <p className={styles.line}>{statusLine(state)}</p>
          </div>
        </header>
        <Meter checks={lab.checks} state={state} />
        <NextCheck checks={lab.checks} state={state} />
        {kinds.map((kind) => (
          <div key={kind} className={styles.group}>
            <p className={styles.groupTitle}>
              {kindTitles[kind]} <span>{kindMeanings[kind]}</span>
            </p>
            <ul>
              {lab.checks
                .filter((check) => check.kind === kind)
                .map((check) => (
                  <CheckRow key={check.id} check={check} state={state} />
                ))}
            </ul>
          </div>
        ))}
        <p className={styles.spoken} role="status" aria-live="polite">
          {spokenVerdict(state, lab.checks)}
        </p>
      </section>
      {connected && !inView && (
        <a className={styles.strip} href="#verdict" data-passed={state.report?.passed === true}>
          <Meter checks={lab.checks} state={state} />
          <span>
            {points} of {of} points
          </span>
        </a>
      )}
    </>
  );
}

function statusLine(state: PanelState): string {
  if (state.contact === 'absent') return 'Not connected';
  if (state.contact === 'lost') return 'Connection lost';
  if (state.run === 'running') return phaseWords[state.phase ?? ''] ?? 'Starting';
  if (state.changed.length > 0) return `${countOf(state.changed.length, 'file')} changed since`;
  if (state.report !== undefined) return `Verdict in ${(state.report.durationMs / 1000).toFixed(1)} s`;
  return state.watching ? 'Watching your files' : 'Connected';
}

function useInView(element: RefObject<HTMLElement | null>): boolean {
  const [inView, setInView] = useState(true);
  useEffect(() => {
    const node = element.current;
    if (node === null) return;
    const observer = new IntersectionObserver(([entry]) => setInView(entry?.isIntersecting ?? true));
    observer.observe(node);
    return () => observer.disconnect();
  }, [element]);
  return inView;
}
