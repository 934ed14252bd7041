import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../errors.ts';
import { errorMembers } from './errors.ts';
import type { Protocol, WireRequest, WireService } from './types.ts';

/**
 * The query protocol: a form in, XML out.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export const query: Protocol = {
  name: 'query',

  parse(service, request) {
    if (!service.query || request.headers['x-amz-target']) return undefined;
    const form = formOf(request);
    const operation = form.get('Action');
    if (!operation) return undefined;
    return {
      operation,
      input: (schema) => {
        const shape = NormalizedSchema.of(schema[4]);
        return shape.isUnitSchema() ? {} : (readForm(shape, treeOf(form)) as object);
      },
    };
  },

  writeOutput(service, schema, output, requestId) {
    const shape = NormalizedSchema.of(schema[5]);
    const name = schema[2];
    const result = shape.isUnitSchema() ? '' : resultOf(name, shape, output);
    return xml(
      200,
      requestId,
      `<${name}Response xmlns="${xmlNamespace(service)}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`,
    );
  },

  writeError(service, error, requestId) {
    const model = service.errors.get(error.name);
    const { message, Message, ...others } = errorMembers(model, error);
    const text = service.query?.messages?.[error.name] ?? String(message ?? Message);
    const members = Object.entries(others)
      .filter(([, value]) => typeof value === 'string')
      .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
      .join('');
    return xml(
      model?.status ?? error.status,
      requestId,
      `<ErrorResponse xmlns="${xmlNamespace(service)}"><Error><Type>${error.fault === 'server' ? 'Receiver' : 'Sender'}</Type><Code>${model?.queryCode ?? service.query?.codes?.[error.name] ?? error.name}</Code><Message>${escapeXml(text)}</Message>${members}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    );
  },
};

function formOf(request: WireRequest): URLSearchParams {
  const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'));
  for (const [name, value] of request.query) form.append(name, value);
  return form;
}

/** Names with dots, as a tree: `Tags.member.1.Key=a` is { Tags: { member: { 1: { Key: 'a' } } } }. */
type FormTree = { [key: string]: FormTree | string };

/** Deeper names than any operation has; refused so that a hostile form cannot exhaust the stack. */
const DEEPEST_NAME = 32;

function treeOf(form: URLSearchParams): FormTree {
  const root: FormTree = Object.create(null);
  for (const [name, value] of form) {
    const parts = name.split('.');
    if (parts.length > DEEPEST_NAME)
      throw malformed(`The parameter ${name.slice(0, 80)} is nested too deeply.`);
    const last = parts.pop() as string;
    let node = root;
    for (const part of parts) {
      const next = node[part];
      if (typeof next === 'object') node = next;
      else {
        const child: FormTree = Object.create(null);
        node[part] = child;
        node = child;
      }
    }
    node[last] = value;
  }
  return root;
}

function readForm(schema: NormalizedSchema, value: FormTree | string): unknown {
  if (schema.isStructSchema()) return readStruct(schema, value);
  if (schema.isListSchema()) return readList(schema, value);
  if (schema.isMapSchema()) return readMap(schema, value);
  if (typeof value !== 'string') throw malformed(`${schema.getMemberName()} is a single value.`);
  if (schema.isBooleanSchema()) {
    if (!/^(true|false)$/i.test(value)) throw malformed(`${value} is not a boolean.`);
    return value.toLowerCase() === 'true';
  }
  if (schema.isNumericSchema()) {
    if (value.trim() === '' || Number.isNaN(Number(value))) throw malformed(`${value} is not a number.`);
    return Number(value);
  }
  if (schema.isTimestampSchema()) {
    const date = new Date(value);
    if (Number.isNaN(date.getTime())) throw malformed(`${value} is not a timestamp.`);
    return date;
  }
  return schema.isBlobSchema() ? Buffer.from(value, 'base64') : value;
}

function readStruct(schema: NormalizedSchema, value: FormTree | string): object {
  if (typeof value === 'string')
    throw malformed(`${schema.getMemberName() ?? schema.getName()} is a structure.`);
  const members: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const given = value[member.getMergedTraits().xmlName ?? name];
    if (given !== undefined) members[name] = readForm(member, given);
  }
  return members;
}

function readList(schema: NormalizedSchema, value: FormTree | string): unknown[] {
  if (value === '') return [];
  if (typeof value === 'string') throw malformed(`${schema.getMemberName()} is a list.`);
  const item = schema.getValueSchema();
  const flat = schema.getMergedTraits().xmlFlattened;
  const entries = flat ? value : (value[item.getMergedTraits().xmlName ?? 'member'] ?? value.member ?? {});
  if (typeof entries === 'string') return entries === '' ? [] : [readForm(item, entries)];
  return numbered(entries).map((entry) => readForm(item, entry));
}

function readMap(schema: NormalizedSchema, value: FormTree | string): Record<string, unknown> {
  if (typeof value === 'string') throw malformed(`${schema.getMemberName()} is a map.`);
  const entries = schema.getMergedTraits().xmlFlattened ? value : (value.entry ?? {});
  if (typeof entries === 'string') return {};
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueSchema = schema.getValueSchema();
  const valueName = valueSchema.getMergedTraits().xmlName ?? 'value';
  const map: Record<string, unknown> = Object.create(null);
  for (const entry of numbered(entries)) {
    if (typeof entry === 'string')
      throw malformed(`An entry of ${schema.getMemberName()} has no ${keyName}.`);
    const key = entry[keyName];
    if (typeof key !== 'string') throw malformed(`An entry of ${schema.getMemberName()} has no ${keyName}.`);
    map[key] = readForm(valueSchema, entry[valueName] ?? '');
  }
  return map;
}

function numbered(entries: FormTree): (FormTree | string)[] {
  return Object.keys(entries)
    .sort((a, b) => Number(a) - Number(b))
    .map((key) => entries[key] as FormTree | string);
}

function resultOf(operation: string, shape: NormalizedSchema, output: object): string {
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: 5 },
    xmlNamespace: '',
    serviceNamespace: '',
  });
  serializer.write(shape, output);
  const text = String(serializer.flush());
  // The root is named after the shape; in the query protocol it is named after the operation.
  const root = /^<([\w:.-]+)[^>]*?(\/?)>/.exec(text);
  if (!root) return '';
  if (root[2]) return `<${operation}Result/>`;
  return `<${operation}Result>${text.slice(root[0].length, text.lastIndexOf('</'))}</${operation}Result>`;
}

function xmlNamespace(service: WireService): string {
  return service.query?.xmlNamespace ?? '';
}

function xml(status: number, requestId: string, body: string) {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

function escapeXml(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] as string,
  );
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedInput', message);
}
