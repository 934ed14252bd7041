/** All that a suite may import, besides `node:assert`. */
export { check } from './check.ts';
export type { Row } from './fixtures/handler.ts';
export type { Fixtures } from './fixtures/index.ts';
export { makeOrder, type Order } from './fixtures/orders.ts';
export { sqsEvent } from './fixtures/sqs-event.ts';
