import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { templateError } from './errors.ts';

/** Short forms whose long form has no `Fn::`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
const BARE_FORMS = new Set(['Ref', 'Condition']);

/**
 * Reads a template's text, JSON or YAML, with the short forms of functions (`!Ref`, `!Sub` …) spelled out.
 * @throws DeployError with the place of the mistake
 */
export function readTemplateText(text: string): unknown {
  if (text.trimStart().startsWith('{')) return readJson(text);
  const document = parseDocument(text, { schema: 'core', logLevel: 'error' });
  const [mistake] = document.errors;
  if (mistake) {
    const [{ line, col } = { line: 1, col: 1 }] = mistake.linePos ?? [];
    throw templateError(`Template format error: YAML not well-formed. (line ${line}, column ${col})`);
  }
  return readNode(document.contents);
}

/** What begins with a brace is JSON. The place of a mistake is the one after the character that should not be there. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /at position (\d+)/.exec(String(error))?.[1];
    const read = position === undefined ? text : text.slice(0, Number(position) + 1);
    const lines = read.split('\n');
    const column = (lines.at(-1) ?? '').length + 1;
    throw templateError(
      `Template format error: JSON not well-formed. (line ${lines.length}, column ${column})`,
    );
  }
}

function readNode(node: unknown): unknown {
  const { tag } = (node ?? {}) as Partial<Node>;
  const value = plainValue(node);
  if (!tag?.startsWith('!')) return value;
  const name = tag.slice(1);
  return { [BARE_FORMS.has(name) ? name : `Fn::${name}`]: name === 'GetAtt' ? attributePath(value) : value };
}

function plainValue(node: unknown): unknown {
  if (isMap(node)) {
    return Object.fromEntries(node.items.map(({ key, value }) => [String(readNode(key)), readNode(value)]));
  }
  if (isSeq(node)) return node.items.map(readNode);
  if (isScalar(node)) return node.value;
  // Anchors may repeat what is large; CloudFormation takes them, and no template of CDK has one.
  if (node !== null && node !== undefined)
    throw templateError('Template format error: YAML aliases are not allowed.');
  return null;
}

/** `!GetAtt Queue.Arn`: the attribute begins after the first dot. */
function attributePath(value: unknown): unknown {
  if (typeof value !== 'string' || !value.includes('.')) return value;
  const dot = value.indexOf('.');
  return [value.slice(0, dot), value.slice(dot + 1)];
}
