import type { Field, Message } from './protobuf.ts';

/** Messages of OTLP, as far as spans are read; all else is skipped. */
const list = (name: string, type: Field['type']): Field => ({ name, type, isList: true });
const one = (name: string, type: Field['type']): Field => ({ name, type });

/** https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/common/v1/common.proto */
const anyValue: Message = {
  1: one('stringValue', 'text'),
  2: one('boolValue', 'bool'),
  3: one('intValue', 'int64'),
  4: one('doubleValue', 'double'),
  5: one('arrayValue', () => ({ 1: list('values', () => anyValue) })),
  6: one('kvlistValue', () => ({ 1: list('values', () => keyValue) })),
  7: one('bytesValue', 'bytes'),
};
const keyValue: Message = { 1: one('key', 'text'), 2: one('value', () => anyValue) };
const attributes = list('attributes', () => keyValue);

/** https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto */
const span: Message = {
  1: one('traceId', 'id'),
  2: one('spanId', 'id'),
  4: one('parentSpanId', 'id'),
  5: one('name', 'text'),
  6: one('kind', 'enum'),
  7: one('startTimeUnixNano', 'fixed64'),
  8: one('endTimeUnixNano', 'fixed64'),
  9: attributes,
  11: list('events', () => ({ 1: one('timeUnixNano', 'fixed64'), 2: one('name', 'text'), 3: attributes })),
  13: list('links', () => ({ 1: one('traceId', 'id'), 2: one('spanId', 'id'), 4: attributes })),
  15: one('status', () => ({ 2: one('message', 'text'), 3: one('code', 'enum') })),
};
const scopeSpans: Message = { 2: list('spans', () => span) };
const resourceSpans: Message = {
  1: one('resource', () => ({ 1: attributes })),
  2: list('scopeSpans', () => scopeSpans),
};

/** `ExportTraceServiceRequest`: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/collector/trace/v1/trace_service.proto */
export const exportRequest: Message = { 1: list('resourceSpans', () => resourceSpans) };
