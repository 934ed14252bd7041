import { AwsError } from '../../errors.ts';

/** What a throttled caller is told. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
type ThrottleReason =
  | 'ReservedFunctionConcurrentInvocationLimitExceeded'
  | 'ConcurrentInvocationLimitExceeded';

/** Counts concurrent invocations in the account and throttles above its limits. */
export interface Concurrency {
  /** Takes a slot; the returned function frees it. */
  acquire(functionName: string): { release: () => void } | { throttled: ThrottleReason };
  /** @throws AwsError InvalidParameterValueException when too little would be left for the others */
  reserve(functionName: string, slots: number): void;
  unreserve(functionName: string): void;
  reservedFor(functionName: string): number | undefined;
  readonly limit: number;
  /** What is left for functions without a reservation. */
  readonly unreserved: number;
}

/** At least this much stays unreserved. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const LEAST_UNRESERVED = 100;

/** @param limit concurrent invocations of the account; AWS's default is 1,000 */
export function createConcurrency(limit: number): Concurrency {
  const reserved = new Map<string, number>();
  const running = new Map<string, number>();

  const totalReserved = () => [...reserved.values()].reduce((sum, slots) => sum + slots, 0);
  const runningUnreserved = () =>
    [...running].reduce((sum, [name, count]) => sum + (reserved.has(name) ? 0 : count), 0);

  return {
    limit,
    get unreserved() {
      return limit - totalReserved();
    },
    acquire(functionName) {
      const mine = running.get(functionName) ?? 0;
      const slots = reserved.get(functionName);
      if (slots !== undefined && mine >= slots) {
        return { throttled: 'ReservedFunctionConcurrentInvocationLimitExceeded' };
      }
      if (slots === undefined && runningUnreserved() >= limit - totalReserved()) {
        return { throttled: 'ConcurrentInvocationLimitExceeded' };
      }
      running.set(functionName, mine + 1);
      let held = true;
      return {
        release: () => {
          if (!held) return;
          held = false;
          running.set(functionName, (running.get(functionName) ?? 1) - 1);
        },
      };
    },
    reserve(functionName, slots) {
      const others = totalReserved() - (reserved.get(functionName) ?? 0);
      if (limit - others - slots < LEAST_UNRESERVED) {
        throw new AwsError(
          'InvalidParameterValueException',
          `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED}].`,
        );
      }
      reserved.set(functionName, slots);
    },
    unreserve: (functionName) => {
      reserved.delete(functionName);
    },
    reservedFor: (functionName) => reserved.get(functionName),
  };
}
