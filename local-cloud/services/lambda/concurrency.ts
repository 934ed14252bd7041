import { AwsError } from '../../errors.ts';

/** What a throttled caller is told. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
type ThrottleReason =
  | 'ReservedFunctionConcurrentInvocationLimitExceeded'
  | 'ConcurrentInvocationLimitExceeded';

/** Counts concurrent invocations in the account and throttles above its limits. */
export interface Concurrency {
  /**
   * Takes a slot; the returned function frees it.
   * @param isProvisioned it runs on provisioned concurrency, whose slots were set aside when it was configured
   */
  acquire(
    functionName: string,
    isProvisioned?: boolean,
  ): { release: () => void } | { throttled: ThrottleReason };
  /** @throws AwsError InvalidParameterValueException when too little would be left for the others */
  reserve(functionName: string, slots: number): void;
  unreserve(functionName: string): void;
  reservedFor(functionName: string): number | undefined;
  /**
   * Sets slots aside for provisioned concurrency, instead of those set aside for the same key before.
   * @param qualifier the version or alias that it is for
   * @throws AwsError InvalidParameterValueException when it is more than the function or the account has
   */
  provision(functionName: string, qualifier: string, slots: number): void;
  unprovision(functionName: string, qualifier: string): void;
  readonly limit: number;
  /** What is left for functions without a reservation, and not provisioned. */
  readonly unreserved: number;
}

/** At least this much stays unreserved. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const LEAST_UNRESERVED = 100;

/** @param limit concurrent invocations of the account; AWS's default is 1,000 */
export function createConcurrency(limit: number): Concurrency {
  const reserved = new Map<string, number>();
  /** Slots by function, then by qualifier. */
  const provisioned = new Map<string, Map<string, number>>();
  /** Without those that run on provisioned concurrency. */
  const running = new Map<string, number>();

  const provisionedFor = (name: string) => sum(provisioned.get(name)?.values() ?? []);
  /** A reservation has the function's provisioned concurrency in it. */
  const setAside = () =>
    sum(reserved.values()) +
    sum([...provisioned.keys()].map((name) => (reserved.has(name) ? 0 : provisionedFor(name))));
  const runningUnreserved = () =>
    [...running].reduce((total, [name, count]) => total + (reserved.has(name) ? 0 : count), 0);

  return {
    limit,
    get unreserved() {
      return limit - setAside();
    },
    acquire(functionName, isProvisioned = false) {
      if (isProvisioned) return { release: () => {} };
      const mine = running.get(functionName) ?? 0;
      const slots = reserved.get(functionName);
      // With all of its reservation provisioned, a function runs on nothing else.
      // https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
      if (slots !== undefined && mine >= slots - provisionedFor(functionName)) {
        return { throttled: 'ReservedFunctionConcurrentInvocationLimitExceeded' };
      }
      if (slots === undefined && runningUnreserved() >= limit - setAside()) {
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
      const total = provisionedFor(functionName);
      if (slots < total) {
        throw beyondAccount(
          ` ReservedConcurrentExecutions  ${slots} should not be lower than function's total provisioned concurrency [${total}].`,
        );
      }
      const others = setAside() - (reserved.get(functionName) ?? total);
      if (limit - others - slots < LEAST_UNRESERVED) {
        throw beyondAccount(
          `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED}].`,
        );
      }
      reserved.set(functionName, slots);
    },
    unreserve: (functionName) => {
      reserved.delete(functionName);
    },
    reservedFor: (functionName) => reserved.get(functionName),
    provision(functionName, qualifier, slots) {
      const mine = provisioned.get(functionName) ?? new Map<string, number>();
      const before = mine.get(qualifier) ?? 0;
      const ofFunction = reserved.get(functionName);
      if (ofFunction !== undefined && provisionedFor(functionName) - before + slots > ofFunction) {
        throw new AwsError(
          'InvalidParameterValueException',
          'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
        );
      }
      if (ofFunction === undefined) checkUnreserved(limit - setAside() + before, slots);
      mine.set(qualifier, slots);
      provisioned.set(functionName, mine);
    },
    unprovision: (functionName, qualifier) => {
      provisioned.get(functionName)?.delete(qualifier);
    },
  };
}

function checkUnreserved(left: number, slots: number): void {
  if (slots > left) {
    throw beyondAccount(
      `Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [${left}].`,
    );
  }
  if (left - slots < LEAST_UNRESERVED) {
    throw beyondAccount(
      `Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED}].`,
    );
  }
}

/** What does not fit into the account is refused without the `Type` that Lambda's errors bear. */
function beyondAccount(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, { members: { Type: undefined } });
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
