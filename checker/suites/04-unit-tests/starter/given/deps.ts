import { randomUUID } from 'node:crypto';

/** What the handler cannot work out from its event. A test can replace this module, and then knows what comes. */

/** The time. */
export function now(): Date {
  return new Date();
}

/** An id that nobody else has. */
export function newId(): string {
  return randomUUID();
}
