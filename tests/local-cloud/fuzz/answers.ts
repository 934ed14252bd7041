import { cbor } from '@smithy/core/cbor';
import type { WireService } from '../../../local-cloud/protocols/types.ts';
import type { RawRequest, RawResponse } from './requests.ts';

/**
 * What is wrong with an answer, if anything: a failure of the account itself, an error without a code, a body that
 * the client cannot read.
 */
export function complaintAbout(
  service: WireService,
  { method }: Pick<RawRequest, 'method'>,
  { status, headers, body }: RawResponse,
): string | undefined {
  const text = body.toString('utf8');
  if (status >= 200 && status < 400)
    return isReadable(headers, body) ? undefined : `${status}: unreadable body: ${text.slice(0, 200)}`;
  // An answer to HEAD has no body to name a code in.
  if (method === 'HEAD' && (status < 500 || status === 501)) return undefined;
  const code = codeOf(headers, body);
  if (!code) return `${status} without a code: ${text.slice(0, 200)}`;
  // S3 names by this status what it never does.
  const modelled = service.errors.get(code)?.status === status;
  if (status >= 500 && !(status === 501 && code === 'NotImplemented') && !modelled)
    return `${status} ${code}: ${text.slice(0, 300)}`;
  return undefined;
}

function codeOf(headers: RawResponse['headers'], body: Buffer): string | undefined {
  const type = headers['x-amzn-errortype'];
  if (typeof type === 'string') return type;
  if (String(headers['content-type']).includes('cbor')) return nameIn(cbor.deserialize(body));
  const text = body.toString('utf8');
  if (text.startsWith('<')) return /<Code>([^<]+)<\/Code>/.exec(text)?.[1];
  return nameIn(jsonOf(text));
}

function nameIn(error: unknown): string | undefined {
  if (error === null || typeof error !== 'object' || !('__type' in error)) return undefined;
  return String(error.__type).split('#').at(-1) || undefined;
}

function isReadable(headers: RawResponse['headers'], body: Buffer): boolean {
  const type = String(headers['content-type'] ?? '');
  if (body.length === 0) return true;
  const text = body.toString('utf8');
  if (type.includes('cbor')) return typeof cbor.deserialize(body) === 'object';
  if (type.includes('x-amz-json')) return jsonOf(text) !== undefined;
  if (type.includes('xml') && text.startsWith('<')) return isBalanced(text);
  return true;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Whether every XML element is closed, in order, with no bare `&` in between. Control characters in the names of objects
 * cannot be written in XML 1.0, on AWS either, unless the client asks for `encoding-type=url`.
 */
function isBalanced(xml: string): boolean {
  const open: string[] = [];
  for (const [, closing, name = '', selfClosing] of xml.matchAll(/<(\/?)([\w:.-]+)[^<>]*?(\/?)>/g)) {
    if (closing) {
      if (open.pop() !== name) return false;
    } else if (!selfClosing) open.push(name);
  }
  return open.length === 0 && !/&(?!#?\w+;)/.test(xml);
}
