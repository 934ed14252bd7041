import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { invalidParameter, validationError } from '../errors.ts';
import { type AttributeType, bytesOf, type Item, newItem } from './attribute-value.ts';
import { type Decimal, formatDecimal, parseDecimal } from './decimal.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_DIGITS = 38;
const MAX_EXPONENT = 125;
const MIN_EXPONENT = -130;
const MAX_NESTING = 32;

/**
 * Checks the values of an item or key and returns them normalised, as a copy.
 * @throws ValidationException in AWS's words
 */
export function acceptItem(item: Item): Item {
  const accepted = newItem();
  for (const name of Object.keys(item)) {
    if (name === '') throw invalidParameter('The attribute name must not be empty');
    accepted[name] = acceptValue(item[name] as AttributeValue);
  }
  return accepted;
}

/**
 * Checks one value and returns it normalised (numbers in plain notation), as a copy.
 * @param depth how many lists and maps enclose the value
 * @throws ValidationException in AWS's words
 */
export function acceptValue(value: AttributeValue, depth = 0): AttributeValue {
  const types = Object.keys(value).filter((type) => value[type as AttributeType] !== undefined);
  if (types.length === 0) {
    throw validationError(
      'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    );
  }
  // A value that is wrong by itself is found before that there is a second one.
  const [accepted] = types.map((type) => acceptOf(type as AttributeType, value, depth));
  if (types.length > 1 || !accepted) {
    throw validationError(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  return accepted;
}

/**
 * Checks a number against DynamoDB's range and precision.
 * @returns plain notation, as DynamoDB returns it
 * @throws ValidationException
 */
export function acceptNumber(text: string): string {
  const number = parseDecimal(text.trim());
  if (!number) {
    const detail = text === '' ? '' : `: ${text}`;
    throw validationError(`The parameter cannot be converted to a numeric value${detail}`);
  }
  return acceptDecimal(number);
}

/** As `acceptNumber`, for the result of a calculation. */
export function acceptDecimal(number: Decimal): string {
  if (number.exponent > MAX_EXPONENT) {
    throw validationError(
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    );
  }
  if (number.exponent < MIN_EXPONENT) {
    throw validationError(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  }
  if (number.digits.length > MAX_DIGITS) {
    throw validationError('Attempting to store more than 38 significant digits in a Number');
  }
  return formatDecimal(number);
}

function acceptOf(type: AttributeType, value: AttributeValue, depth: number): AttributeValue {
  switch (type) {
    case 'S':
      return { S: value.S ?? '' };
    case 'N':
      return { N: acceptNumber(value.N ?? '') };
    case 'B':
      return { B: Uint8Array.from(value.B ?? []) };
    case 'BOOL':
      return { BOOL: value.BOOL ?? false };
    case 'NULL':
      return acceptNull(value.NULL ?? false);
    case 'SS':
      return acceptStringSet(value.SS ?? []);
    case 'NS':
      return acceptNumberSet(value.NS ?? []);
    case 'BS':
      return acceptBinarySet(value.BS ?? []);
    case 'L':
      return { L: nested(depth, () => (value.L ?? []).map((member) => acceptValue(member, depth + 1))) };
    case 'M':
      return { M: nested(depth, () => acceptMembers(value.M ?? {}, depth + 1)) };
  }
}

function acceptNull(isNull: boolean): AttributeValue {
  if (!isNull) throw invalidParameter('Null attribute value types must have the value of true');
  return { NULL: true };
}

function acceptStringSet(members: readonly string[]): AttributeValue {
  if (members.length === 0) throw invalidParameter('An string set  may not be empty');
  if (hasDuplicates(members)) {
    throw invalidParameter(`Input collection [${members.join(', ')}] contains duplicates.`);
  }
  return { SS: [...members] };
}

function acceptNumberSet(members: readonly string[]): AttributeValue {
  if (members.length === 0) throw invalidParameter('An number set  may not be empty');
  const numbers = members.map(acceptNumber);
  if (hasDuplicates(numbers)) throw validationError('Input collection contains duplicates');
  return { NS: numbers };
}

function acceptBinarySet(members: readonly Uint8Array[]): AttributeValue {
  if (members.length === 0) throw invalidParameter('Binary sets should not be empty');
  if (hasDuplicates(members.map(bytesOf))) {
    const shown = members.map((member) => Buffer.from(member).toString('base64')).join(', ');
    throw invalidParameter(`Input collection [${shown}]of type BS contains duplicates.`);
  }
  return { BS: members.map((member) => Uint8Array.from(member)) };
}

function nested<Document>(depth: number, accept: () => Document): Document {
  if (depth < MAX_NESTING) return accept();
  throw validationError(
    'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
  );
}

function acceptMembers(members: Item, depth: number): Item {
  const accepted = newItem();
  for (const name of Object.keys(members)) {
    accepted[name] = acceptValue(members[name] as AttributeValue, depth);
  }
  return accepted;
}

function hasDuplicates(members: readonly string[]): boolean {
  return new Set(members).size !== members.length;
}
