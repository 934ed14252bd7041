import { AwsError } from '../errors.ts';
import type { Call, Operation } from '../service.ts';
import { awsJson } from './aws-json.ts';
import { query } from './query.ts';
import { restJson } from './rest-json.ts';
import { restXml } from './rest-xml.ts';
import { rpcV2Cbor, speaksCbor } from './rpc-v2-cbor.ts';
import type { Protocol, WireRequest, WireResponse, WireService } from './types.ts';
import { isForm } from './unknown-service.ts';

const PROTOCOLS: readonly Protocol[] = [awsJson, rpcV2Cbor, query, restXml, restJson];

/** Operations of one service by name, as the wire calls them. */
export type OperationTable = Readonly<Record<string, Operation<never, unknown> | undefined>>;

/**
 * Answers one request to one service: finds protocol and operation, reads the input, calls, writes the answer.
 * Never throws: whatever goes wrong becomes an error in the protocol's own shape.
 */
export async function dispatch(
  service: WireService,
  operations: OperationTable,
  request: WireRequest,
  call: Call,
): Promise<WireResponse> {
  for (const protocol of PROTOCOLS) {
    try {
      const parsed = protocol.parse(service, request);
      if (!parsed) continue;
      const schema = service.operations.get(parsed.operation);
      if (!schema) throw unknownOperation(service.name, parsed.operation);
      const operation = operations[parsed.operation];
      if (!operation) throw unsupportedOperation(service.name, parsed.operation);
      // The schema that shapes the input is the one that types the operation.
      const input = parsed.input(schema);
      const output = await operation((input instanceof Promise ? await input : input) as never, call);
      return protocol.writeOutput(service, schema, (output ?? {}) as object, call.requestId);
    } catch (error) {
      return protocol.writeError(service, asAwsError(error), call.requestId);
    }
  }
  const operation = unknownOperation(service.name, `${request.method} ${request.path}`);
  return refuse(service, operation, call.requestId, request);
}

/** Answers a request that reaches no operation, in the protocol in which it asks. */
export function refuse(
  service: WireService,
  error: AwsError,
  requestId: string,
  request: WireRequest,
): WireResponse {
  return protocolOf(service, request).writeError(service, error, requestId);
}

function protocolOf(service: WireService, request: WireRequest): Protocol {
  if (speaksCbor(request)) return rpcV2Cbor;
  if (service.query && (isForm(request) || !service.targetPrefix)) return query;
  if (service.targetPrefix) return awsJson;
  return service.restXml ? restXml : restJson;
}

/** An error that the account itself made, in a shape that clients understand. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  process.stderr.write(
    `local cloud: internal failure: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return new AwsError('InternalFailure', 'The local cloud failed; the cause is on its standard error.', {
    status: 500,
  });
}

function unknownOperation(service: string, operation: string): AwsError {
  return new AwsError('UnknownOperationException', `${service} has no operation ${operation}.`);
}

function unsupportedOperation(service: string, operation: string): AwsError {
  return new AwsError(
    'UnknownOperationException',
    `${service}:${operation} is not supported by the local cloud.`,
  );
}
