import { gunzipSync } from 'node:zlib';
import { AwsError, notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import type { SegmentDocument } from './document.ts';
import { readMessage, writeMessage } from './protobuf.ts';
import { readSpan, readSpans, type SentSpan, type Span } from './span.ts';
import { exportRequest } from './span-message.ts';
import { segmentOf } from './span-segment.ts';

/** A request to the OTLP endpoint, whose shape no client publishes. */
export interface PutSpansRequest {
  body?: Uint8Array;
  contentType?: string;
  contentEncoding?: string;
}

/** An `ExportTraceServiceResponse`, in the encoding of the request. https://opentelemetry.io/docs/specs/otlp/#otlphttp-response */
export interface PutSpansResult {
  body: Uint8Array;
  contentType: string;
}

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';
type Encoding = typeof JSON_TYPE | typeof PROTOBUF_TYPE;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html */
const LARGEST_REQUEST_BYTES = 5 * 1024 * 1024;
const MOST_SPANS = 10_000;
const LARGEST_SPAN_BYTES = 200 * 1024;
const FUTURE_SECONDS = 2 * 3600;
const PAST_SECONDS = 14 * 24 * 3600;
const LONGEST_GAP_SECONDS = 24 * 3600;

/**
 * Takes in spans as OTLP sends them. A span that is none does not keep the others out.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html
 * @param put gets each span as a segment
 * @throws AwsError InvalidRequestException for a body that is no request or breaks a limit; UnsupportedOperation (415)
 * for a body that is neither JSON nor protobuf, or compressed in another way than with gzip
 */
export function putSpans(
  cloud: Cloud,
  request: PutSpansRequest,
  put: (segment: SegmentDocument & { trace_id: string }) => void,
  newId: () => string,
): PutSpansResult {
  const encoding = encodingOf(request);
  const sent = readSpans(bodyOf(request, encoding));
  if (!sent) throw invalidRequest('The request body is not an ExportTraceServiceRequest.');
  if (sent.length > MOST_SPANS) throw invalidRequest(`The request has more than ${MOST_SPANS} spans.`);
  const now = cloud.clock.now() / 1000;
  const spans: Span[] = [];
  const refusals: string[] = [];
  for (const one of sent) {
    const read = acceptableSpan(one, now);
    if ('span' in read) spans.push(read.span);
    else refusals.push(read.refusal);
  }
  const starts = spans.map(({ startTime }) => startTime).sort((a, b) => a - b);
  if ((starts.at(-1) ?? 0) - (starts[0] ?? 0) > LONGEST_GAP_SECONDS) {
    throw invalidRequest('The spans of the request are more than 24 hours apart.');
  }
  for (const span of spans) put(segmentOf(span, newId));
  return { contentType: encoding, body: responseOf(refusals, encoding) };
}

/** https://opentelemetry.io/docs/specs/otlp/#partial-success-1 */
function responseOf(refusals: readonly string[], encoding: Encoding): Uint8Array {
  const [errorMessage] = refusals;
  if (encoding === PROTOBUF_TYPE) {
    if (errorMessage === undefined) return new Uint8Array();
    return writeMessage({ 1: writeMessage({ 1: refusals.length, 2: errorMessage }) });
  }
  // 64-bit integers are strings in JSON.
  const partialSuccess = { rejectedSpans: String(refusals.length), errorMessage };
  return Buffer.from(JSON.stringify(errorMessage === undefined ? {} : { partialSuccess }));
}

function acceptableSpan(sent: SentSpan, now: number): ReturnType<typeof readSpan> {
  if (Buffer.byteLength(JSON.stringify(sent.span)) > LARGEST_SPAN_BYTES) {
    return { refusal: `The span is larger than ${LARGEST_SPAN_BYTES} bytes.` };
  }
  const read = readSpan(sent);
  if ('refusal' in read) return read;
  const { startTime } = read.span;
  if (startTime > now + FUTURE_SECONDS) return { refusal: 'The span is more than 2 hours in the future.' };
  if (startTime < now - PAST_SECONDS) return { refusal: 'The span is more than 14 days in the past.' };
  return read;
}

function encodingOf({ contentType = '' }: PutSpansRequest): Encoding {
  const type = contentType.toLowerCase().split(';')[0]?.trim();
  if (type === JSON_TYPE || type === PROTOBUF_TYPE) return type;
  throw unsupportedMediaType(
    `The content type ${type || '(none)'} of OTLP (${JSON_TYPE} and ${PROTOBUF_TYPE} are)`,
  );
}

function bodyOf({ body = new Uint8Array(), contentEncoding }: PutSpansRequest, encoding: Encoding): unknown {
  const bytes = decompressed(body, contentEncoding?.toLowerCase());
  if (bytes.byteLength > LARGEST_REQUEST_BYTES) throw tooLarge();
  try {
    if (encoding === PROTOBUF_TYPE) return readMessage(bytes, exportRequest);
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    const why = encoding === JSON_TYPE || !(error instanceof Error) ? '' : ` ${error.message}`;
    throw invalidRequest(
      `The request body is not valid ${encoding === JSON_TYPE ? 'JSON' : 'protobuf'}.${why}`,
    );
  }
}

function decompressed(body: Uint8Array, encoding: string | undefined): Uint8Array {
  if (encoding === undefined || encoding === 'identity' || encoding === 'none') return body;
  if (encoding !== 'gzip') throw unsupportedMediaType(`The content encoding ${encoding} (gzip is)`);
  try {
    return gunzipSync(body, { maxOutputLength: LARGEST_REQUEST_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw invalidRequest('The request body is not compressed with gzip.');
  }
}

function tooLarge(): AwsError {
  return invalidRequest(`The request is larger than ${LARGEST_REQUEST_BYTES} bytes before compression.`);
}

function unsupportedMediaType(what: string): AwsError {
  const { name, message } = notSupported(what);
  return new AwsError(name, message, { status: 415 });
}

function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}
