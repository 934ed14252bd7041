import { CborCodec, cbor } from '@smithy/core/cbor';
import { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../errors.ts';
import { errorMembers, queryErrorHeader } from './errors.ts';
import { readJson } from './read-json.ts';
import type { Protocol, WireRequest, WireResponse } from './types.ts';

/**
 * RPC v2 with CBOR, which the newer clients of some services prefer: the operation stands in the path.
 * https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
export const rpcV2Cbor: Protocol = {
  name: 'rpcV2Cbor',

  parse(service, request) {
    const [, target, operation = ''] = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(request.path) ?? [];
    if (!speaksCbor(request) || !target || target !== service.targetPrefix) return undefined;
    return {
      operation,
      input: (schema) => {
        const shape = NormalizedSchema.of(schema[4]);
        if (shape.isUnitSchema() || request.body.length === 0) return {};
        return readJson(shape, asJson(decode(request.body))) as object;
      },
    };
  },

  writeOutput(_service, schema, output, requestId) {
    const shape = NormalizedSchema.of(schema[5]);
    if (shape.isUnitSchema()) return answer(200, requestId, cbor.serialize({}));
    const serializer = new CborCodec().createSerializer();
    serializer.write(shape, output);
    return answer(200, requestId, serializer.flush());
  },

  writeError(service, error, requestId) {
    const model = service.errors.get(error.name);
    const __type = `${model?.namespace ?? 'com.amazon.coral.service'}#${error.name}`;
    const body = cbor.serialize({ __type, ...errorMembers(model, error) });
    const response = answer(model?.status ?? error.status, requestId, body);
    Object.assign(response.headers, queryErrorHeader(service, error));
    return response;
  },
};

function decode(body: Uint8Array): unknown {
  try {
    return cbor.deserialize(body);
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid CBOR.');
  }
}

/** The value as JSON would carry it, so that one reader checks both: bytes as base64, a time as seconds. */
function asJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(asJson);
  if (value === null || typeof value !== 'object') return value;
  if ('tag' in value && 'value' in value && value.tag === 1) return value.value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asJson(member)]));
}

/** Whether a request is made in this protocol, whatever the service. */
export function speaksCbor({ headers }: Pick<WireRequest, 'headers'>): boolean {
  return headers['smithy-protocol'] === 'rpc-v2-cbor';
}

function answer(status: number, requestId: string, body: Uint8Array): WireResponse {
  return {
    status,
    headers: {
      'content-type': 'application/cbor',
      'smithy-protocol': 'rpc-v2-cbor',
      'x-amzn-requestid': requestId,
    },
    body,
  };
}
