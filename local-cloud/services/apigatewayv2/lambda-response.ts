import { isHeaderName } from './header-name.ts';

/** A response to a client. Names may occur more than once. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** An answer of API Gateway itself. */
export function gatewayResponse(status: number, message: string): ApiResponse {
  return {
    status,
    headers: [['content-type', 'application/json']],
    body: Buffer.from(JSON.stringify({ message })),
  };
}

/** A function's answer that is no HTTP response. */
const MALFORMED = gatewayResponse(500, 'Internal Server Error');

/** Recorded: what a response without a content type is sent as. */
const DEFAULT_TYPE = 'text/plain; charset=utf-8';

/**
 * What a function returned, as a response. Without a `statusCode` the whole answer is the body.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
 */
export function responseV2(payload: string): ApiResponse {
  const answer = parse(payload);
  if (!isObject(answer) || answer.statusCode === undefined || answer.statusCode === null) {
    // Seen on AWS: a string is sent without its quotes, anything else as it is, valid JSON or not.
    const body = typeof answer === 'string' ? answer : payload;
    return { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(body) };
  }
  const cookies = textList(answer.cookies);
  if (!cookies) return MALFORMED;
  return complete(answer, [...cookies.map((cookie): [string, string] => ['set-cookie', cookie])]);
}

/** Format 1.0: `statusCode` is required, and headers may have several values. */
export function responseV1(payload: string): ApiResponse {
  const answer = parse(payload);
  if (!isObject(answer) || answer.statusCode === undefined || answer.statusCode === null) return MALFORMED;
  const several: [string, string][] = [];
  for (const [name, values] of Object.entries(
    isObject(answer.multiValueHeaders) ? answer.multiValueHeaders : {},
  )) {
    const list = textList(values);
    if (!list) return MALFORMED;
    several.push(...list.map((value): [string, string] => [name, value]));
  }
  return complete(answer, several);
}

function complete(answer: Record<string, unknown>, more: readonly [string, string][]): ApiResponse {
  const status = statusOf(answer.statusCode);
  const headers = singleHeaders(answer.headers);
  const body = bodyOf(answer.body, answer.isBase64Encoded === true);
  if (!status || !headers || !body) return MALFORMED;
  const all = [...headers, ...more];
  if (!all.every(isHeader)) return MALFORMED;
  const typed = all.some(([name]) => name.toLowerCase() === 'content-type');
  return { status, headers: typed ? all : [...all, ['content-type', DEFAULT_TYPE]], body };
}

/** A whole number, also as text; `200.5` was seen to fail. */
function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599
    ? status
    : undefined;
}

function singleHeaders(value: unknown): [string, string][] | undefined {
  if (value === undefined || value === null) return [];
  if (!isObject(value)) return undefined;
  const headers: [string, string][] = [];
  for (const [name, given] of Object.entries(value)) {
    if (given === null) continue;
    const text = scalarText(given);
    if (text === undefined) return undefined;
    headers.push([name, text]);
  }
  return headers;
}

function bodyOf(value: unknown, isBase64: boolean): Buffer | undefined {
  if (value === undefined || value === null) return Buffer.alloc(0);
  if (typeof value !== 'string') return undefined;
  if (!isBase64) return Buffer.from(value);
  return /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value) ? Buffer.from(value, 'base64') : undefined;
}

function textList(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const texts = value.map(scalarText);
  return texts.includes(undefined) ? undefined : (texts as string[]);
}

function scalarText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-field-values */
function isHeader([name, value]: readonly [string, string]): boolean {
  return isHeaderName(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
