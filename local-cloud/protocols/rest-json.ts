import { JsonShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { AwsError } from '../errors.ts';
import { errorJson } from './errors.ts';
import { bindOutput, matchRoute, readBindings } from './http-bindings.ts';
import { readJson } from './read-json.ts';
import type { ErrorModel, Protocol, WireRequest } from './types.ts';

/**
 * REST with JSON: method and path name the operation; members travel in path, query, headers and body.
 * https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export const restJson: Protocol = {
  name: 'restJson',

  parse(service, request) {
    if (service.targetPrefix || service.query || service.restXml) return undefined;
    const route = matchRoute(service, request);
    if (!route) return undefined;
    return {
      operation: route.operation,
      input: (schema) => readInput(schema, route.labels, request),
    };
  },

  writeOutput(_service, schema, output, requestId) {
    const shape = NormalizedSchema.of(schema[5]);
    const { status, headers, payload, bodyMembers } = bindOutput(schema, shape, output);
    headers['x-amzn-requestid'] = requestId;
    if (payload !== undefined) {
      headers['content-type'] ??= 'application/json';
      return { status, headers, body: (payload.value as Uint8Array | string | undefined) ?? '' };
    }
    if (status === 204 || shape.isUnitSchema()) return { status, headers, body: '' };
    headers['content-type'] = 'application/json';
    const serializer = new JsonShapeSerializer({
      jsonName: true,
      timestampFormat: { useTrait: true, default: 7 },
    });
    serializer.write(shape, bodyMembers);
    return { status, headers, body: serializer.flush() as string | Uint8Array };
  },

  writeError(service, error, requestId) {
    const model = service.errors.get(error.name);
    return {
      status: model?.status ?? error.status,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': error.name,
      },
      // Lambda says whose fault it was in `Type`.
      body: errorJson(
        model,
        error,
        saysType(model, error) ? { Type: error.fault === 'server' ? 'Service' : 'User' } : {},
      ),
    };
  },
};

/** Lambda's errors bear their `Type`, but for some that carry an empty one. */
function saysType(model: ErrorModel | undefined, { members }: AwsError): boolean {
  return model?.memberNames.includes('Type') === true && !Object.hasOwn(members, 'Type');
}

function readInput(
  schema: StaticOperationSchema,
  labels: Readonly<Record<string, string>>,
  request: WireRequest,
): object {
  const shape = NormalizedSchema.of(schema[4]);
  if (shape.isUnitSchema()) return {};
  const bound = readBindings(shape, labels, request);
  if (request.body.length === 0) return bound.members;
  if (bound.payload) return { ...bound.members, [bound.payload.name]: request.body };
  return { ...(readJson(shape, parseBody(request)) as object), ...bound.members };
}

function parseBody(request: WireRequest): unknown {
  try {
    return JSON.parse(Buffer.from(request.body).toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON.');
  }
}
