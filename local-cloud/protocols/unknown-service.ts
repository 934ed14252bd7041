import { AwsError } from '../errors.ts';
import { awsJson } from './aws-json.ts';
import { query } from './query.ts';
import { restXml } from './rest-xml.ts';
import { rpcV2Cbor, speaksCbor } from './rpc-v2-cbor.ts';
import type { Protocol, WireRequest, WireResponse, WireService } from './types.ts';

/**
 * Refuses a request to a service that the account does not have, in the protocol in which it was made, so that the
 * client shows which service and which operation it was.
 * @param name signing name of the service
 */
export function refuseUnknownService(name: string, request: WireRequest, requestId: string): WireResponse {
  const service: WireService = { name, operations: new Map(), errors: new Map() };
  const { protocol, operation } = spokenIn(name, request);
  const error = new AwsError(
    'UnknownOperationException',
    `The service ${name} is not supported by the local cloud (${operation}).`,
  );
  return protocol.writeError(service, error, requestId);
}

function spokenIn(name: string, request: WireRequest): { protocol: Protocol; operation: string } {
  const { method, path, headers } = request;
  const target = headers['x-amz-target'];
  if (speaksCbor(request)) return { protocol: rpcV2Cbor, operation: path.split('/').at(-1) ?? path };
  if (target) return { protocol: awsJson, operation: target.slice(target.lastIndexOf('.') + 1) };
  const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'));
  const action = isForm(request) ? (form.get('Action') ?? request.query.get('Action')) : undefined;
  if (action) return { protocol: query, operation: action };
  // S3's clients sign some requests with other names (s3express, s3-outposts) and read XML only.
  return { protocol: name.startsWith('s3') ? restXml : awsJson, operation: `${method} ${path}` };
}

/** Whether a request is a form, as the query protocol sends it. */
export function isForm({ headers }: Pick<WireRequest, 'headers'>): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
}
