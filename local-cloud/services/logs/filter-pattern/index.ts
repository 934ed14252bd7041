import { compileColumns } from './columns.ts';
import { compileJson } from './json.ts';
import { compileTerms } from './terms.ts';

/**
 * What a filter pattern takes out of a message that fits it: the fields that metric values and dimensions may name
 * (`$.latency` in JSON, `$status` in columns). Undefined when the message does not fit.
 */
export type Match = (message: string) => Fields | undefined;

export interface Fields {
  /** The value of a field by its selector, as text; undefined when the message has none. */
  read(selector: string): string | undefined;
  /** What `TestMetricFilter` tells: the columns by name, or what a JSON pattern looked at. */
  readonly extracted: Readonly<Record<string, string>>;
}

/**
 * Compiles a filter pattern: terms, `{ … }` for JSON, `[ … ]` for columns; an empty one fits every message.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws InvalidParameterException
 */
export function compileFilter(pattern: string | undefined): Match {
  const text = pattern?.trim() ?? '';
  if (text.startsWith('{')) return compileJson(text);
  if (text.startsWith('[')) return compileColumns(text);
  const fits = compileTerms(text);
  return (message) => (fits(message) ? NO_FIELDS : undefined);
}

const NO_FIELDS: Fields = { read: () => undefined, extracted: {} };
