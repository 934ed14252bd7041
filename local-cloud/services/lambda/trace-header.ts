import type { Cloud } from '../../service.ts';
import { isTraceId } from '../xray/document.ts';

/** What an X-Ray trace header says; further fields, as `Lineage`, stay in `others`. */
export interface TraceContext {
  root: string;
  parent?: string;
  /** Undefined: nobody has decided yet. */
  sampled?: boolean;
  others: readonly string[];
}

/**
 * The trace header of a request that comes without one; whether it is sampled is still open.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function newTraceHeader(cloud: Cloud): string {
  const seconds = Math.floor(cloud.clock.now() / 1000);
  const random = cloud.uuid().replaceAll('-', '').slice(0, 24);
  return `Root=1-${seconds.toString(16)}-${random}`;
}

/** An id of a segment: 16 hexadecimal digits. */
export function newSegmentId(cloud: Cloud): string {
  return cloud.uuid().replaceAll('-', '').slice(0, 16);
}

/** Reads a trace header; undefined when it names no trace. */
export function parseTraceHeader(header: string): TraceContext | undefined {
  const fields = header
    .split(';')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  const field = (name: string) =>
    fields.find((field) => field.startsWith(`${name}=`))?.slice(name.length + 1);
  const root = field('Root');
  if (root === undefined) return undefined;
  const sampled = field('Sampled');
  return {
    root,
    parent: field('Parent'),
    // `?` asks whoever comes next to decide.
    sampled: sampled === '1' ? true : sampled === '0' ? false : undefined,
    others: fields.filter((field) => !/^(Root|Parent|Sampled)=/.test(field)),
  };
}

/** Whether a trace header is one that X-Ray takes: it names a trace by an id of X-Ray's form. */
export function isTraceHeader(header: string): boolean {
  const { root } = parseTraceHeader(header) ?? {};
  return root !== undefined && isTraceId(root);
}

/** Writes a trace header that leaves nothing open. */
export function writeTraceHeader({ root, parent, sampled, others }: TraceContext): string {
  return [
    `Root=${root}`,
    ...(parent === undefined ? [] : [`Parent=${parent}`]),
    `Sampled=${sampled ? 1 : 0}`,
    ...others,
  ].join(';');
}
