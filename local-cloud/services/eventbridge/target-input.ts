import type { InputTransformer, Target } from '@aws-sdk/client-eventbridge';
import { validation } from './errors.ts';
import type { EventEnvelope } from './event.ts';
import { compileJsonPath } from './json-path.ts';

/** What a target gets of an event, as text. `ingestedAt` is ISO 8601. */
type TargetInput = (event: EventEnvelope, context: InputContext) => string;

interface InputContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ingestedAt: string;
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html */
const MOST_PATHS = 100;
const LONGEST_TEMPLATE = 8192;

const PLACEHOLDER = /<([^<>\s"]+)>/g;

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html#eb-transform-input-predefined */
const PREDEFINED: Readonly<Record<string, (event: EventEnvelope, context: InputContext) => unknown>> = {
  'aws.events.rule-arn': (_, { ruleArn }) => ruleArn,
  'aws.events.rule-name': (_, { ruleName }) => ruleName,
  'aws.events.event.ingestion-time': (_, { ingestedAt }) => ingestedAt,
  'aws.events.event': ({ detail, ...event }) => event,
  'aws.events.event.json': (event) => event,
};

/**
 * Compiles what a target makes of an event: `Input`, `InputPath`, `InputTransformer`, or the event as it is.
 * @throws ValidationException for an input that cannot be used
 */
export function compileInput(target: Target): TargetInput {
  const { Id, Input, InputPath, InputTransformer } = target;
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1) {
    throw validation(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  }
  if (Input !== undefined) {
    if (!isJson(Input)) throw validation(`JSON syntax error in input for target ${Id}.`);
    return () => Input;
  }
  if (InputPath !== undefined) {
    const read = compileJsonPath(InputPath);
    if (!read) throw validation(`Invalid InputPath for target ${Id}.`);
    return (event) => JSON.stringify(read(event) ?? null);
  }
  return InputTransformer ? compileTransformer(Id ?? '', InputTransformer) : (event) => JSON.stringify(event);
}

function compileTransformer(
  id: string,
  { InputPathsMap = {}, InputTemplate }: InputTransformer,
): TargetInput {
  if (!InputTemplate || InputTemplate.length > LONGEST_TEMPLATE) {
    throw validation(`InputTemplate for target ${id} must have 1 to ${LONGEST_TEMPLATE} characters.`);
  }
  const paths = Object.entries(InputPathsMap);
  if (paths.length > MOST_PATHS) {
    throw validation(`InputPathsMap for target ${id} must have at most ${MOST_PATHS} entries.`);
  }
  const variables = new Map(
    paths.map(([name, path]) => {
      const read = compileJsonPath(path);
      if (!read) throw validation(`Invalid InputPathsMap for target ${id}: ${path} is not a valid path.`);
      return [name, read] as const;
    }),
  );
  const parts = splitTemplate(InputTemplate);
  for (const part of parts) {
    if (typeof part === 'string' || variables.has(part.name) || Object.hasOwn(PREDEFINED, part.name))
      continue;
    throw validation(`InputTemplate for target ${id} contains invalid placeholder ${part.name}.`);
  }
  checkTemplate(id, InputTemplate, parts);
  return (event, context) =>
    parts
      .map((part) => {
        if (typeof part === 'string') return part;
        const read = variables.get(part.name);
        const value = read ? read(event) : PREDEFINED[part.name]?.(event, context);
        return part.inText ? asText(value) : JSON.stringify(value ?? (value === null ? null : ''));
      })
      .join('');
}

/** A piece of a template: text as it stands, or a variable and whether it stands inside a quoted text. */
type TemplatePart = string | { name: string; inText: boolean };

function splitTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let from = 0;
  let inText = false;
  for (const found of template.matchAll(PLACEHOLDER)) {
    const before = template.slice(from, found.index);
    const quotes = before.replace(/\\./gs, '').split('"').length - 1;
    inText = inText !== (quotes % 2 === 1);
    parts.push(before, { name: found[1] as string, inText });
    from = found.index + found[0].length;
  }
  parts.push(template.slice(from));
  return parts;
}

/** Inside a text the quotes of an object are taken away, so that the text stays one; nothing is escaped. */
function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value).replaceAll('"', '') : String(value);
}

/** A template is one JSON value, or several lines of quoted text. */
function checkTemplate(id: string, template: string, parts: readonly TemplatePart[]): void {
  const sample = parts.map((part) => (typeof part === 'string' ? part : part.inText ? 'x' : '"x"')).join('');
  if (isJson(sample)) return;
  const lines = sample.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length > 1 && lines.every((line) => isJson(line))) return;
  throw validation(
    `Invalid InputTemplate for target ${id} : [Source: (String)"${template}"; line: 1, column: 1].`,
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
