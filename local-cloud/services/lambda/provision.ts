/** The environments of one configuration of provisioned concurrency. */
export interface Provision {
  /** How many are initialised. */
  readonly allocated: number;
  readonly status: 'IN_PROGRESS' | 'READY' | 'FAILED';
  /** Why it failed. */
  readonly failure: string | undefined;
  resize(count: number): void;
  /** Lets go of all environments; those that are busy end after their invocation. */
  release(): void;
}

/** One environment that was initialised ahead. */
interface ProvisionedEnvironment {
  retire(): void;
}

/**
 * Keeps so many environments initialised: one that ends is replaced. If the handler does not load, it gives up.
 * https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 * @param start initialises one; gives undefined when its handler does not load, and calls `onEnd` when one is gone
 */
export function createProvision(
  count: number,
  start: (onEnd: () => void) => Promise<ProvisionedEnvironment | undefined>,
): Provision {
  const environments = new Set<ProvisionedEnvironment>();
  let wanted = count;
  let starting = 0;
  let failure: string | undefined;
  /** Once ready, it stays so while an environment that ended is replaced. */
  let wasReady = false;

  function fill(): void {
    while (!failure && environments.size + starting < wanted) {
      starting++;
      void add();
    }
    if (environments.size >= wanted) wasReady = true;
  }

  async function add(): Promise<void> {
    let gone = false;
    let made: ProvisionedEnvironment | undefined;
    const onEnd = () => {
      gone = true;
      if (made && environments.delete(made)) fill();
    };
    try {
      made = await start(onEnd);
    } catch {
      // The account is closed.
      wanted = 0;
    }
    starting--;
    if (made && (gone || environments.size >= wanted)) made.retire();
    else if (made) environments.add(made);
    else if (wanted > 0) failure = 'FUNCTION_ERROR_INIT_FAILURE';
    fill();
  }

  function shrink(): void {
    for (const environment of environments) {
      if (environments.size <= wanted) return;
      environments.delete(environment);
      environment.retire();
    }
  }

  fill();
  return {
    get allocated() {
      return environments.size;
    },
    get status() {
      if (failure) return 'FAILED';
      return wasReady ? 'READY' : 'IN_PROGRESS';
    },
    get failure() {
      return failure;
    },
    resize(next) {
      if (next > wanted) wasReady = false;
      wanted = next;
      failure = undefined;
      shrink();
      fill();
    },
    release() {
      wanted = 0;
      shrink();
    },
  };
}
