import { JsonShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../errors.ts';
import type { ErrorModel, WireService } from './types.ts';

/** An error's members under the names that its model gives them: the message is `message` or `Message`. */
export function errorMembers(model: ErrorModel | undefined, error: AwsError): Record<string, unknown> {
  const messageName = model?.memberNames.find((name) => name.toLowerCase() === 'message') ?? 'message';
  return { ...error.members, [messageName]: error.message };
}

/**
 * An error as JSON, its members written by their shapes (an item with binary attributes, say).
 * @param extra members that the protocol adds
 */
export function errorJson(
  model: ErrorModel | undefined,
  error: AwsError,
  extra: Record<string, string> = {},
): string {
  const members = errorMembers(model, error);
  const extras = JSON.stringify(extra);
  if (!model) return JSON.stringify({ ...extra, ...members });
  const serializer = new JsonShapeSerializer({
    jsonName: true,
    timestampFormat: { useTrait: true, default: 7 },
  });
  // A message that the model leaves out is still what clients show.
  const unmodelled = Object.fromEntries(
    Object.entries(members).filter(([name]) => !model.memberNames.includes(name)),
  );
  serializer.write(NormalizedSchema.of(model.schema), members);
  return joinObjects([extras, JSON.stringify(unmodelled), textOf(serializer.flush())]);
}

/**
 * Services that once spoke the query protocol still send its code, also where it is the same, and the SDKs prefer it.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
 */
export function queryErrorHeader(service: WireService, error: AwsError): Record<string, string> {
  if (!service.query) return {};
  const code = service.errors.get(error.name)?.queryCode ?? service.query.codes?.[error.name] ?? error.name;
  return { 'x-amzn-query-error': `${code};${error.fault === 'server' ? 'Receiver' : 'Sender'}` };
}

function joinObjects(objects: readonly string[]): string {
  const members = objects.map((text) => text.trim().slice(1, -1)).filter((text) => text !== '');
  return `{${members.join(',')}}`;
}

function textOf(serialized: unknown): string {
  return typeof serialized === 'string' ? serialized : Buffer.from(serialized as Uint8Array).toString('utf8');
}
