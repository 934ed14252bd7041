import type { Invocations } from '../../faults.ts';
import type { Cloud } from '../../service.ts';
import type { Concurrency } from './concurrency.ts';
import type { Pool } from './pool.ts';

/** A point in a function's run: its n-th call of a service. */
export interface KillPoint {
  /** For example `dynamodb`. */
  service: string;
  /** For example `PutItem`; any operation of the service when absent. */
  operation?: string;
  /** How many such calls the function makes first; 1 by default. */
  calls?: number;
}

/** What a test may do to functions and a learner may not. */
export interface LambdaFaults {
  /** Kills the function's environments now, busy or idle, as a crash of the machine would. */
  killEnvironments(functionName: string): void;
  /**
   * Kills the function's environments once a call has taken effect and before they learn of it. Once only; the
   * returned function calls it off.
   */
  killAfter(functionName: string, point: KillPoint): () => void;
  /** Takes concurrency slots of a function, as many as are free, until the returned function is called. */
  occupy(functionName: string, slots: number): () => void;
  /** How many invocations are under way and have ended, by function. */
  invocations(): ReadonlyMap<string, Invocations>;
}

export function createLambdaFaults(cloud: Cloud, pool: Pool, concurrency: Concurrency): LambdaFaults {
  return {
    invocations: () => pool.invocations(),

    killEnvironments: (functionName) => pool.kill(functionName, 'fault'),

    killAfter(functionName, { service, operation, calls = 1 }) {
      let left = calls;
      // A call is journaled when it has taken effect and its answer has not been sent. The session of a function's
      // role bears the function's name.
      const cancel = cloud.journal.subscribe((entry) => {
        if (entry.type !== 'call' || entry.service !== service) return;
        if (operation !== undefined && entry.operation !== operation) return;
        if (!entry.principal.endsWith(`/${functionName}`) || --left > 0) return;
        cancel();
        pool.kill(functionName, 'fault');
      });
      return cancel;
    },

    occupy(functionName, slots) {
      const held = Array.from({ length: slots }, () => concurrency.acquire(functionName)).flatMap((slot) =>
        'release' in slot ? [slot.release] : [],
      );
      return () => {
        for (const release of held.splice(0)) release();
      };
    },
  };
}
