/**
 * Why a stage could not do its work. `learner`: their code does not parse, synthesize, deploy … ; `tool`: the
 * checker, the lab or the local cloud cannot do something, and the learner is not to blame.
 */
export class StageFailure extends Error {
  override readonly name = 'StageFailure';
  readonly blame: 'learner' | 'tool';

  constructor(blame: 'learner' | 'tool', message: string, options?: ErrorOptions) {
    super(message, options);
    this.blame = blame;
  }
}

/** Runs a stage and gives its failure as a value; anything unexpected is ours. */
export async function attempt<T>(stage: () => Promise<T>): Promise<T | StageFailure> {
  try {
    return await stage();
  } catch (cause) {
    if (cause instanceof StageFailure) return cause;
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    return new StageFailure('tool', machineTrouble(text) ?? `The checker itself failed: ${text}`, { cause });
  }
}

/**
 * What to do when the machine is at its limits, in one line.
 * @param text an error's text
 * @returns undefined when the error is about something else
 */
export function machineTrouble(text: string): string | undefined {
  if (/ENOSPC|no space left on device/.test(text)) {
    return 'The disk is full. Free some space and run it again; your files are as they were.';
  }
  if (/\b(EMFILE|ENFILE)\b/.test(text)) {
    return 'Too many files are open. Close some programs, or raise the limit (ulimit -n), and run it again.';
  }
  return undefined;
}
