/** Which lab runs and which wait. One lab at a time: they share one warm pipeline. */
export interface Queue {
  running?: string;
  /** The run under way was cancelled and has not ended yet. */
  cancelled: boolean;
  waiting: readonly string[];
}

export const emptyQueue: Queue = { cancelled: false, waiting: [] };

/** Adds labs behind those that wait; one that waits already keeps its place. */
export function enqueue(queue: Queue, labs: readonly string[]): Queue {
  const added = labs.filter((lab, at) => !queue.waiting.includes(lab) && labs.indexOf(lab) === at);
  return { ...queue, waiting: [...queue.waiting, ...added] };
}

/**
 * Puts a lab first, because its files changed or somebody asked. The run under way is cancelled: its verdict
 * would be about old files, or late. Another lab's cancelled run is done again afterwards.
 */
export function putFirst(queue: Queue, lab: string): Queue {
  const again =
    queue.running !== undefined && !queue.cancelled && queue.running !== lab ? [queue.running] : [];
  const others = queue.waiting.filter((other) => other !== lab && !again.includes(other));
  return { ...queue, cancelled: queue.running !== undefined, waiting: [lab, ...again, ...others] };
}

/** The queue after the run under way ended, with the next one begun. */
export function advance(queue: Queue): Queue {
  const [running, ...waiting] = queue.waiting;
  return { running, cancelled: false, waiting };
}
