import type { StaticErrorSchema, StaticOperationSchema } from '@smithy/types';
import type { AwsError } from '../errors.ts';

/** A request as it came in; header names are lower-case. */
export interface WireRequest {
  method: string;
  /** Path without the query string, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | undefined>>;
  body: Uint8Array;
  /** The body of a request to a service that takes it as a stream; `body` is then empty. */
  stream?: AsyncIterable<Uint8Array>;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  /** A stream goes out with the `content-length` that the headers give. */
  body: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** How one service is spoken to: what its SDK client publishes, and the names that only its model holds. */
export interface WireService {
  /** Signing name in the credential scope, for example `sqs`. */
  name: string;
  /** What stands before the dot in `X-Amz-Target`, for the JSON-RPC protocols. */
  targetPrefix?: string;
  jsonVersion?: '1.0' | '1.1';
  /**
   * Version and XML namespace of the query protocol; `codes` of errors that the model does not list, and `messages`
   * that differ from those of the newer protocols.
   */
  query?: {
    version: string;
    xmlNamespace: string;
    codes?: Readonly<Record<string, string>>;
    messages?: Readonly<Record<string, string>>;
  };
  /** XML namespace of REST with XML; bodies of such requests are streamed. */
  restXml?: { xmlNamespace: string };
  /** The modelled operations by name. */
  operations: ReadonlyMap<string, StaticOperationSchema>;
  /** The modelled errors by name. */
  errors: ReadonlyMap<string, ErrorModel>;
}

/** An error's shape in the model: `[-3, namespace, name, traits, memberNames, memberSchemas]`. */
export interface ErrorModel {
  namespace: string;
  name: string;
  status: number;
  /** Code in the query protocol, where it differs: `AWS.SimpleQueueService.NonExistentQueue`. */
  queryCode?: string;
  memberNames: readonly string[];
  schema: StaticErrorSchema;
}

/** An operation that a request asks for, with its input. */
export interface ParsedRequest {
  operation: string;
  /** Reads the input; throws SerializationException when the body does not fit the operation's shape. */
  input(schema: StaticOperationSchema): object | Promise<object>;
}

/** HTTP in, operation and input out, and back. */
export interface Protocol {
  readonly name: string;
  /** Whether the request speaks this protocol to this service; undefined when it does not. */
  parse(service: WireService, request: WireRequest): ParsedRequest | undefined;
  writeOutput(
    service: WireService,
    schema: StaticOperationSchema,
    output: object,
    requestId: string,
  ): WireResponse;
  writeError(service: WireService, error: AwsError, requestId: string): WireResponse;
}
