/** All that a suite may import, besides `node:assert`. */
export { check } from './check.ts';
export { type ApiRequest, apiEvent } from './fixtures/api-event.ts';
export { errorLoggedWith, type Row, type RunningHandler } from './fixtures/handler.ts';
export { type HttpAnswer, httpAnswer } from './fixtures/http-answer.ts';
export { httpEvent } from './fixtures/http-event.ts';
export { type HttpRequest, httpRequest } from './fixtures/http-request.ts';
export type { Fixtures } from './fixtures/index.ts';
export { invalidOrders, malformedBodies } from './fixtures/invalid-orders.ts';
export type { Outcome } from './fixtures/invoke.ts';
export { functionLog, type InvocationLog } from './fixtures/log-events.ts';
export { knownItems, makeOrder, type Order } from './fixtures/orders.ts';
export { sqsEvent } from './fixtures/sqs-event.ts';
export { httpApiOf } from './fixtures/template/http-api.ts';
export { deletionProtected, keyTypes } from './fixtures/template/table.ts';
export type { ShippedPackage } from './packages/index.ts';
export type { WrongHandler } from './unit-tests/plan.ts';
export type { TestRun, TestRuns } from './unit-tests/results.ts';
