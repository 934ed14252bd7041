import type { Cloud } from '../../service.ts';
import { sweepTable } from './settings.ts';
import type { Tables } from './tables.ts';

/**
 * AWS deletes expired items "within a few days" and does not say when. Here it is at the first round after they have
 * been expired for a day: 24 to 48 hours late, so that code which takes an expired item for a deleted one is found out.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
const ROUND_MS = 24 * 3600 * 1000;

/** Starts to delete expired items, in rounds of cloud time; nobody waits for them, so time never jumps to one. */
export function startExpiry({ clock, journal }: Pick<Cloud, 'clock' | 'journal'>, tables: Tables): void {
  clock.schedule(clock.now() + ROUND_MS, 'housekeeping', () => {
    for (const table of tables.byName.values()) {
      const count = sweepTable(table, clock.now() - ROUND_MS);
      if (count > 0) journal.record({ type: 'expiry', resource: table.arn, count });
    }
    startExpiry({ clock, journal }, tables);
  });
}
