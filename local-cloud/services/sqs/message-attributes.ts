import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { invalidParameterValue } from './errors.ts';

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>;

/** Characters that XML 1.0 cannot carry. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const INVALID_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
export const INVALID_CHARACTERS =
  'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF';

const MOST_ATTRIBUTES = 10;
const LONGEST_NAME = 256;
const SUPPORTED_TYPE = /^(String|Number|Binary)(\.|$)/;

export function hasInvalidCharacters(text: string): boolean {
  return INVALID_CHARACTER.test(text);
}

/**
 * Checks the attributes of a message to be sent.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 * @throws InvalidParameterValue
 */
export function checkMessageAttributes(attributes: MessageAttributes): void {
  const entries = Object.entries(attributes);
  if (entries.length > MOST_ATTRIBUTES) {
    throw invalidParameterValue(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`,
    );
  }
  for (const [name, value] of entries) {
    checkName(name);
    checkValue(name, value, '(user)');
  }
}

/**
 * Checks the system attributes of a message to be sent: `AWSTraceHeader` is the only one there is.
 * @throws InvalidParameterValue
 */
export function checkSystemAttributes(attributes: MessageAttributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (name !== 'AWSTraceHeader') {
      throw invalidParameterValue(`Message system attribute name '${name}' is invalid.`);
    }
    checkValue(name, value, 'system');
    if (value.DataType !== 'String') {
      throw invalidParameterValue(`Message system attribute '${name}' must be of type 'String'.`);
    }
  }
}

/** Bytes that attributes add to a message: names, types and values. */
export function sizeOfAttributes(attributes: MessageAttributes): number {
  let size = 0;
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType ?? '');
    size += BinaryValue ? BinaryValue.length : Buffer.byteLength(StringValue ?? '');
  }
  return size;
}

/**
 * MD5 over the attributes, which clients compare with their own.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 * @returns lower-case hex; undefined without attributes
 */
export function md5OfAttributes(attributes: MessageAttributes | undefined): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (!attributes || names.length === 0) return undefined;
  const hash = createHash('md5');
  const addPart = (part: string | Uint8Array) => {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue = '', BinaryValue } = attributes[name] ?? { DataType: '' };
    addPart(name);
    addPart(DataType);
    hash.update(BinaryValue ? '\u0002' : '\u0001');
    addPart(BinaryValue ?? StringValue);
  }
  return hash.digest('hex');
}

/**
 * Says which attributes a receive asks for: `All`, `.*`, `*`, a name, or a prefix followed by `.*`.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 * @returns `all`, or a test of names; undefined when it asks for none
 */
export function attributeSelector(
  wanted: readonly string[] | undefined,
): 'all' | ((name: string) => boolean) | undefined {
  if (!wanted || wanted.length === 0) return undefined;
  if (['All', '.*', '*'].some((name) => wanted.includes(name))) return 'all';
  const names = new Set(wanted);
  const prefixes = wanted.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -2));
  return (name) => names.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}

function checkName(name: string): void {
  if (name.trim() === '') {
    throw invalidParameterValue('The request must contain non-empty message (user) attribute names.');
  }
  if (name.length > LONGEST_NAME) {
    throw invalidParameterValue(`Message (user) attribute name must be shorter than ${LONGEST_NAME} bytes.`);
  }
  if (/^(aws|amazon)\./i.test(name)) {
    throw invalidParameterValue(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are reserved for internal use.",
    );
  }
  if (name.startsWith('.')) {
    throw invalidParameterValue("Message (user) attribute name must not begin with character '.'.");
  }
  if (name.endsWith('.')) {
    throw invalidParameterValue("Message (user) attribute name must not end with character '.'.");
  }
  if (name.includes('..')) {
    throw invalidParameterValue("Message (user) attribute name must not have successive '.' characters.");
  }
  // Letters and digits of any alphabet.
  if (!/^[\p{L}\p{N}_.-]+$/u.test(name)) {
    throw invalidParameterValue(
      `Message (user) attribute name '${name}' can only contain alphanumeric characters, hyphens, underscores and periods.`,
    );
  }
}

function checkValue(name: string, value: MessageAttributeValue, kind: '(user)' | 'system'): void {
  const { DataType, StringValue, BinaryValue, StringListValues, BinaryListValues } = value;
  if (StringListValues?.length || BinaryListValues?.length) {
    throw invalidParameterValue('Message attribute list values in SendMessage operation are not supported.');
  }
  if (DataType === undefined || DataType === '') {
    const missing = StringValue === undefined && BinaryValue === undefined ? 'value' : 'type';
    throw invalidParameterValue(
      `The message ${kind} attribute '${name}' must contain a non-empty message attribute ${missing}.`,
    );
  }
  if (!SUPPORTED_TYPE.test(DataType)) {
    throw invalidParameterValue(
      `The type of message ${kind} attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  if (DataType.length > LONGEST_NAME) {
    throw invalidParameterValue(`Message ${kind} attribute type must be shorter than 256 bytes.`);
  }
  if (StringValue !== undefined && BinaryValue !== undefined) {
    throw invalidParameterValue(`Message ${kind} attribute '${name}' must have a single value.`);
  }
  if (!StringValue && !BinaryValue?.length) {
    throw invalidParameterValue(
      `Message ${kind} attribute '${name}' must contain a non-empty value of type '${DataType}'.`,
    );
  }
  checkContent(name, value, DataType, kind);
}

function checkContent(
  name: string,
  { StringValue }: MessageAttributeValue,
  dataType: string,
  kind: '(user)' | 'system',
): void {
  const baseType = dataType.split('.')[0];
  if (baseType === 'Binary') {
    if (StringValue === undefined) return;
    throw invalidParameterValue(
      `Message ${kind} attribute '${name}' with type '${dataType}' must use field 'Binary'.`,
    );
  }
  if (StringValue === undefined) {
    throw invalidParameterValue(
      `Message ${kind} attribute '${name}' with type '${dataType}' must use field 'String'.`,
    );
  }
  if (hasInvalidCharacters(StringValue)) throw invalidParameterValue(INVALID_CHARACTERS);
  if (baseType === 'Number' && Number.isNaN(Number(StringValue))) {
    throw invalidParameterValue(`Can't cast the value of message ${kind} attribute '${name}' to a number.`);
  }
}
