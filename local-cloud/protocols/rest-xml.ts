import { XmlShapeDeserializer, XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { AwsError } from '../errors.ts';
import { decodeAwsChunked, type IncomingBody, incompleteBody } from './aws-chunked.ts';
import { bindOutput, type PayloadMember, readBindings } from './http-bindings.ts';
import { withSignedParameters } from './presigned.ts';
import { addressOf, routeOf, type S3Address } from './rest-xml-route.ts';
import type { Protocol, WireRequest, WireResponse, WireService } from './types.ts';

const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html */
const SERVER = { server: 'AmazonS3' };

/** Requests whose body is XML; a list of 1,000 long keys to delete is the largest of them. */
const LARGEST_XML_BYTES = 4 * 1024 * 1024;

/**
 * REST with XML as S3 speaks it: the bucket stands in the host or in the path, errors are bare.
 * https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
 */
export const restXml: Protocol = {
  name: 'restXml',

  parse(service, signed) {
    if (!service.restXml) return undefined;
    const request = withSignedParameters(signed);
    const address = addressOf(request);
    const operation = address && routeOf(service, request, address);
    if (!operation) return undefined;
    return { operation, input: (schema) => readInput(schema, address, request) };
  },

  writeOutput(service, schema, output, requestId) {
    const shape = NormalizedSchema.of(schema[5]);
    const { status: modelled, headers, payload, bodyMembers } = bindOutput(schema, shape, output);
    refuseUnsendable(headers);
    // The model does not know that a part of an object is answered with 206.
    const status = headers['content-range'] ? 206 : modelled;
    Object.assign(headers, SERVER, requestIds(requestId));
    if (payload) return { status, headers, body: payloadOf(service, payload, headers) };
    const hasBody =
      !shape.isUnitSchema() &&
      [...shape.structIterator()].some(
        ([, member]) => !member.getMergedTraits().httpHeader && !member.getMergedTraits().httpPrefixHeaders,
      );
    // HeadBucket describes the XML that a GET would answer.
    if (schema[2] === 'HeadBucket') headers['content-type'] = 'application/xml';
    if (!hasBody) return { status, headers, body: '' };
    headers['content-type'] = 'application/xml';
    return { status, headers, body: XML_DECLARATION + xmlOf(service, shape, bodyMembers) };
  },

  writeError(service, refused, requestId): WireResponse {
    const error = service.name === 's3' ? inWordsOfS3(refused) : refused;
    const headers: Record<string, string> = { ...SERVER, ...requestIds(requestId) };
    let members = '';
    for (const [name, value] of Object.entries(error.members)) {
      if (value === undefined) continue;
      // A member in lower case is a header, as in `x-amz-delete-marker`.
      if (name === name.toLowerCase()) headers[name] = String(value);
      else members += `<${name}>${escapeXml(String(value))}</${name}>`;
    }
    if (error.status === 304) return { status: 304, headers, body: '' };
    headers['content-type'] = 'application/xml';
    return {
      status: error.status,
      headers,
      body: `${XML_DECLARATION}<Error><Code>${escapeXml(error.name)}</Code><Message>${escapeXml(error.message)}</Message>${members}<RequestId>${headers['x-amz-request-id']}</RequestId><HostId>${headers['x-amz-id-2']}</HostId></Error>`,
    };
  },
};

/**
 * What S3 has and this account has not is not implemented, to S3's clients.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
function inWordsOfS3(error: AwsError): AwsError {
  if (error.name !== 'UnknownOperationException' && error.name !== 'UnsupportedOperation') return error;
  return new AwsError('NotImplemented', error.message, { status: 501, members: error.members });
}

/**
 * The ids in which S3 answers, from the request's id.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/get-request-ids.html
 */
export function requestIds(requestId: string): { 'x-amz-request-id': string; 'x-amz-id-2': string } {
  const hex = requestId.replaceAll('-', '');
  return {
    'x-amz-request-id': hex.slice(0, 16).toUpperCase(),
    'x-amz-id-2': Buffer.from(hex.repeat(2)).toString('base64').slice(0, 76),
  };
}

/** What a request wants to see again in a header must fit into one. */
function refuseUnsendable(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) continue;
    throw new AwsError('InvalidArgument', `The value of ${name} cannot be sent in a header.`, {
      members: { ArgumentName: name },
    });
  }
}

async function readInput(
  schema: StaticOperationSchema,
  { bucket, key }: S3Address,
  request: WireRequest,
): Promise<object> {
  const shape = NormalizedSchema.of(schema[4]);
  if (shape.isUnitSchema()) return {};
  const labels = { ...(bucket && { Bucket: bucket }), ...(key && { Key: key }) };
  const { members, payload } = readBindings(shape, labels, {
    ...request,
    query: withoutEmptyNumbers(request),
  });
  if (!payload) return members;
  const body = bodyOf(request);
  if (payload.schema.getMergedTraits().streaming) {
    if (request.headers['content-length'] === undefined && decodedLengthOf(request) === undefined) {
      throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', {
        status: 411,
      });
    }
    return { ...members, [payload.name]: body };
  }
  const bytes = await collect(body);
  if (bytes.length === 0) return members;
  return { ...members, [payload.name]: readPayload(payload.schema, bytes) };
}

/** A number that is left empty is not given: `?list-type=2&max-keys=`. */
function withoutEmptyNumbers({ query }: WireRequest): URLSearchParams {
  const numbers = /^(max-(keys|parts|uploads|buckets)|part(-number-marker|Number))$/;
  return new URLSearchParams([...query].filter(([name, value]) => value !== '' || !numbers.test(name)));
}

function bodyOf(request: WireRequest): IncomingBody {
  const source = request.stream ?? onceOf(request.body);
  const signedAs = request.headers['x-amz-content-sha256'] ?? '';
  if (
    signedAs.startsWith('STREAMING-') ||
    /\baws-chunked\b/.test(request.headers['content-encoding'] ?? '')
  ) {
    return {
      ...decodeAwsChunked(source, decodedLengthOf(request)),
      announced: request.headers['x-amz-trailer'],
    };
  }
  return { trailers: {}, [Symbol.asyncIterator]: () => complete(source, request.headers['content-length']) };
}

async function* complete(
  source: AsyncIterable<Uint8Array>,
  declared: string | undefined,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    yield chunk;
  }
  if (declared !== undefined && size !== Number(declared)) throw incompleteBody();
}

async function* onceOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function decodedLengthOf({ headers }: WireRequest): number | undefined {
  const length = headers['x-amz-decoded-content-length'];
  return length === undefined ? undefined : Number(length);
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LARGEST_XML_BYTES) {
      throw new AwsError('MaxMessageLengthExceeded', 'Your request was too big.', {
        members: { MaxMessageLengthBytes: LARGEST_XML_BYTES },
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readPayload(schema: NormalizedSchema, bytes: Uint8Array): unknown {
  if (!schema.isStructSchema()) return Buffer.from(bytes).toString('utf8');
  try {
    return new XmlShapeDeserializer(xmlSettings('')).read(schema, bytes);
  } catch {
    throw malformedXml();
  }
}

function payloadOf(
  service: WireService,
  { schema, value }: PayloadMember & { value: unknown },
  headers: Record<string, string>,
): WireResponse['body'] {
  if (schema.isStructSchema()) {
    headers['content-type'] = 'application/xml';
    return XML_DECLARATION + xmlOf(service, schema, value as object);
  }
  if (schema.isStringSchema()) headers['content-type'] = 'application/json';
  return (value as WireResponse['body'] | undefined) ?? '';
}

function xmlOf(service: WireService, shape: NormalizedSchema, members: object): string {
  const serializer = new XmlShapeSerializer(xmlSettings(service.restXml?.xmlNamespace ?? ''));
  serializer.write(shape, members);
  const text = String(serializer.flush());
  // GetBucketLocation's only member is its root: <LocationConstraint xmlns="…">eu-west-1</LocationConstraint>.
  return text.replace(/^<(LocationConstraint)( [^>]*)>(?:<\1>)?(.*?)(?:<\/\1>)?<\/\1>$/, '<$1$2>$3</$1>');
}

function xmlSettings(xmlNamespace: string) {
  return {
    timestampFormat: { useTrait: true, default: 5 as const },
    xmlNamespace,
    serviceNamespace: '',
  };
}

function malformedXml(): AwsError {
  return new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

function escapeXml(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] as string,
  );
}
