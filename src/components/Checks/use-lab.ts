import { useCallback, useEffect, useMemo, useReducer, useRef } from 'react';
import type { LabsAnswer, Refusal, ServerEvent } from '../../../checker/server/protocol.ts';
import { initialState, type PanelState, panelReducer } from './panel-state.ts';

const eventNames = ['state', 'phase', 'check', 'notice'] as const;

/**
 * Follows one lab on the checker's server, if the page came from one.
 * @returns the state, and `start`, which asks for a run
 */
export function useLab(lab: string): { state: PanelState; start: () => void } {
  const reducer = useMemo(() => panelReducer(lab), [lab]);
  const [state, dispatch] = useReducer(reducer, initialState);
  const token = useRef('');

  useEffect(() => {
    let source: EventSource | undefined;
    let gone = false;
    const greet = async (): Promise<boolean> => {
      const answer = await fetchLabs();
      if (gone || answer === undefined) return false;
      token.current = answer.token;
      const latest = answer.labs.find(({ slug }) => slug === lab)?.latest;
      if (latest !== undefined) {
        dispatch({
          event: 'state',
          data: { lab, state: 'done', report: latest, changed: [], watching: false },
        });
      }
      return true;
    };
    const follow = async () => {
      if (!(await greet())) return;
      source = new EventSource('/api/events');
      // A server that was started anew has a new token.
      source.addEventListener('open', () => {
        dispatch({ event: 'contact', data: 'live' });
        void greet();
      });
      source.addEventListener('error', () => dispatch({ event: 'contact', data: 'lost' }));
      for (const event of eventNames) {
        source.addEventListener(event, (message: MessageEvent<string>) => {
          dispatch({ event, data: JSON.parse(message.data) } as ServerEvent);
        });
      }
    };
    void follow();
    return () => {
      gone = true;
      source?.close();
    };
  }, [lab]);

  const start = useCallback(async () => {
    try {
      const headers = { 'x-workshop-token': token.current };
      const answer = await fetch(`/api/labs/${lab}/run`, { method: 'POST', headers });
      if (answer.ok) return;
      const { error } = (await answer.json()) as Refusal;
      dispatch({ event: 'refused', data: error.message });
    } catch {
      dispatch({ event: 'contact', data: 'lost' });
    }
  }, [lab]);

  return { state, start: () => void start() };
}

/** Undefined when there is no checker behind the page: a static host answers with a 404 or with a page. */
async function fetchLabs(): Promise<LabsAnswer | undefined> {
  try {
    const answer = await fetch('/api/labs', { headers: { accept: 'application/json' } });
    if (!answer.ok || answer.headers.get('content-type')?.includes('json') !== true) return undefined;
    return (await answer.json()) as LabsAnswer;
  } catch {
    return undefined;
  }
}
