import { JsonShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { AwsError } from '../errors.ts';
import { errorJson, queryErrorHeader } from './errors.ts';
import { readJson } from './read-json.ts';
import type { ErrorModel, Protocol, WireRequest, WireResponse, WireService } from './types.ts';

/**
 * AWS JSON 1.0 and 1.1: the operation stands in `X-Amz-Target`, the input is the body.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
export const awsJson: Protocol = {
  name: 'awsJson',

  parse(service, request) {
    const target = request.headers['x-amz-target'];
    if (!target || !service.targetPrefix) return undefined;
    const dot = target.lastIndexOf('.');
    if (target.slice(0, dot) !== service.targetPrefix) return undefined;
    return {
      operation: target.slice(dot + 1),
      input: (schema) => readJson(NormalizedSchema.of(schema[4]), parseBody(request)) as object,
    };
  },

  writeOutput(service, schema, output, requestId) {
    return answer(service, 200, requestId, writeShape(schema, output));
  },

  writeError(service, error, requestId) {
    const model = service.errors.get(error.name);
    const __type = `${namespaceOf(service, error, model)}#${error.name}`;
    const response = answer(
      service,
      model?.status ?? error.status,
      requestId,
      errorJson(model, error, { __type }),
    );
    Object.assign(response.headers, queryErrorHeader(service, error));
    return response;
  },
};

/** DynamoDB's errors have the version of its API in their names; those that no model lists are of the framework. */
function namespaceOf({ targetPrefix = '' }: WireService, { name }: AwsError, model?: ErrorModel): string {
  if (!model)
    return name === 'ValidationException' ? 'com.amazon.coral.validate' : 'com.amazon.coral.service';
  const [, version] = /^DynamoDB_(\d+)$/.exec(targetPrefix) ?? [];
  return version ? `${model.namespace}.v${version}` : model.namespace;
}

function parseBody(request: WireRequest): unknown {
  if (request.body.length === 0) return {};
  try {
    return JSON.parse(
      Buffer.from(request.body.buffer, request.body.byteOffset, request.body.length).toString('utf8'),
    );
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON.');
  }
}

function writeShape(schema: StaticOperationSchema, output: object): string | Uint8Array {
  const shape = NormalizedSchema.of(schema[5]);
  if (shape.isUnitSchema()) return '{}';
  const serializer = new JsonShapeSerializer({
    jsonName: false,
    timestampFormat: { useTrait: true, default: 7 },
  });
  serializer.write(shape, output);
  return serializer.flush() as string | Uint8Array;
}

function answer(
  service: WireService,
  status: number,
  requestId: string,
  body: string | Uint8Array,
): WireResponse {
  return {
    status,
    headers: {
      'content-type': `application/x-amz-json-${service.jsonVersion ?? '1.0'}`,
      'x-amzn-requestid': requestId,
    },
    body,
  };
}
