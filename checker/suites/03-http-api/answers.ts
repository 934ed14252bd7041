import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { HttpAnswer, Row } from '../../fixtures.ts';
import type { OrderRequest } from './requests.ts';

/** Asserts the status of an answer. */
export function assertStatus(answer: HttpAnswer, expected: number, what: string, why = ''): void {
  assert(
    answer.status === expected,
    `${what} was answered ${answer.status} ${cut(answer.body)}; it should be ${expected}${why && `: ${why}`}.${gatewaysOwn(answer)}`,
  );
}

/** Asserts that an answer is an error of the function's: its status, and a JSON body with one text. */
export function assertProblem(answer: HttpAnswer, expected: number, what: string, why = ''): void {
  assertStatus(answer, expected, what, why);
  assertJson(answer, `The ${expected} for ${lowerFirst(what)}`);
  const { error } = (jsonOf(answer.body) ?? {}) as { error?: unknown };
  assert(
    typeof error === 'string' && error !== '',
    `The ${expected} for ${lowerFirst(what)} has the body ${cut(answer.body)}; it should be {"error":"…"} with a text.`,
  );
}

/** Asserts that an answer says that it is JSON. */
export function assertJson({ headers }: HttpAnswer, what: string): void {
  assert(
    /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? ''),
    `${what} has the content type ${headers['content-type'] ?? '(none)'}; it should be application/json.`,
  );
}

/** Asserts that an answer's body is the order of a request, with the server's total. */
export function assertOrderAnswer(answer: HttpAnswer, request: OrderRequest, what: string): void {
  assertJson(answer, what);
  assertOrder(jsonOf(answer.body), request, what);
}

/** Asserts that a value has all members of a request's order, in native types, with the server's total. */
export function assertOrder(value: unknown, request: OrderRequest, what: string): void {
  const order = (value ?? {}) as Row;
  const { orderId, customerId, items } = request;
  const totalCents = items.reduce((cents, item) => cents + item.quantity * item.unitPriceCents, 0);
  for (const [name, wanted] of Object.entries({ orderId, customerId, items, totalCents })) {
    assert(
      isDeepStrictEqual(order[name], wanted),
      `${what} has ${name} = ${cut(JSON.stringify(order[name]))} for order ${orderId}; it should be ${cut(JSON.stringify(wanted))}.`,
    );
  }
}

/** Asserts that a 405 lists methods, with one that the path has and without the one that was refused. */
export function assertAllows({ headers }: HttpAnswer, has: string, refused: string, what: string): void {
  const { allow } = headers;
  assert(
    allow !== undefined,
    `${what} was answered 405 without the header allow. It has to list the methods that the path does have (RFC 9110, 15.5.6).`,
  );
  const methods = allow.split(',').map((method) => method.trim().toUpperCase());
  assert(methods.includes(has), `The header allow of ${what} is "${allow}"; it should contain ${has}.`);
  assert(
    !methods.includes(refused),
    `The header allow of ${what} is "${allow}", with ${refused}: the very method that was refused.`,
  );
}

export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

export function cut(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  if (text === '') return '(no body)';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** API Gateway speaks of a "message", the contract of an "error". */
function gatewaysOwn({ status, body }: HttpAnswer): string {
  const { message } = (jsonOf(body) ?? {}) as { message?: unknown };
  if (status === 500 && message === 'Internal Server Error') {
    return ' That is API Gateway’s own answer: your function threw, timed out or answered something else than an HTTP response, or this API may not call it.';
  }
  if (status === 404 && message === 'Not Found') {
    return ' That is API Gateway’s own answer: it has no stage or no route for this request.';
  }
  if (status === 503 && message === 'Service Unavailable') {
    return ' That is API Gateway’s own answer: your function is throttled, or took too long.';
  }
  return '';
}

const lowerFirst = (text: string) => text.replace(/^(An?|The) /, (article) => article.toLowerCase());
