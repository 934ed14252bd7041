import type { FunctionError } from '../function-error.ts';

/** Why an event came to its end.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-async-destinations */
export type Condition =
  | 'Success'
  | 'RetriesExhausted'
  | 'EventAgeExceeded'
  | 'ZeroReservedConcurrency'
  | 'RecursiveInvocation';

/** What came of the last attempt to run a function with an event. */
export interface Response {
  /** 200 when the function ran, even if it failed. */
  readonly statusCode: number;
  /** Absent when the function did not run. */
  readonly executedVersion?: string;
  readonly error?: FunctionError;
  /** Absent when the function did not run. */
  readonly payload?: Uint8Array;
  /** Why the function did not run. */
  readonly reason?: string;
}

interface RecordParts {
  readonly requestId: string;
  /** With the qualifier, `$LATEST` if none was named. */
  readonly functionArn: string;
  readonly condition: Condition;
  /** How many times the function ran with the event. */
  readonly invocations: number;
  readonly payload: Uint8Array;
  readonly response?: Response;
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * A record of an asynchronous invocation as destinations get it, as JSON.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html (Example invocation record)
 */
export function invocationRecord(parts: RecordParts): string {
  const { requestId, functionArn, condition, invocations, payload, response, at } = parts;
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(at).toISOString(),
    requestContext: { requestId, functionArn, condition, approximateInvokeCount: invocations },
    requestPayload: parse(payload),
    // Of a function that did not run there is no response.
    ...(response?.executedVersion && {
      responseContext: {
        statusCode: response.statusCode,
        executedVersion: response.executedVersion,
        ...(response.error && { functionError: 'Unhandled' }),
      },
      ...(response.payload && { responsePayload: parse(response.payload) }),
    }),
  });
}

function parse(payload: Uint8Array): unknown {
  const text = Buffer.from(payload).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
