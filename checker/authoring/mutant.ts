/**
 * A wrong solution that the suites must catch. It is the lab's solution with a few edits, so that it is wrong in one
 * thing only.
 */
export interface Mutant {
  /** Unique in the lab, in kebab case: `report-all`. */
  name: string;
  /** The mistake, and what it does in production, in a sentence. */
  trap: string;
  /** The check that is made for this mistake: `<kind>/<slug>`. Others may fail as well. */
  rejectedBy: `${'handler' | 'stack' | 'live'}/${string}`;
  edits: readonly Edit[];
}

/** Replaces a piece of one of the solution's files. */
export interface Edit {
  /** Relative to the lab's folder. */
  file: string;
  /** Must occur exactly once in the file. */
  replace: string;
  by: string;
}
