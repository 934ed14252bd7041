/**
 * What a field of a message is, and the member of the message's JSON that it becomes.
 * https://protobuf.dev/programming-guides/json/
 */
export interface Field {
  name: string;
  type: Scalar | (() => Message);
  isList?: boolean;
}

/** Ids are bytes that OTLP writes as hexadecimal digits; other bytes are base64, as everywhere in protobuf's JSON. */
type Scalar = 'text' | 'id' | 'bytes' | 'bool' | 'enum' | 'int64' | 'fixed64' | 'double';

/** A message type: fields by number. A number that is not known is skipped, as the protocol wants it. */
export type Message = Readonly<Record<number, Field>>;

type Json = Record<string, unknown>;

/** https://protobuf.dev/programming-guides/encoding/#structure */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

const wireTypes: Readonly<Record<Scalar, number>> = {
  text: LENGTH,
  id: LENGTH,
  bytes: LENGTH,
  bool: VARINT,
  enum: VARINT,
  int64: VARINT,
  fixed64: FIXED64,
  double: FIXED64,
};

/** Protobuf's own libraries stop there, too. */
const DEEPEST = 100;

/**
 * Reads a protobuf message into the object that its JSON would be.
 * @throws SyntaxError when the bytes are no such message; TypeError for a text that is not UTF-8
 */
export function readMessage(bytes: Uint8Array, message: Message): Json {
  return readFields(createReader(bytes), bytes.length, message, 0);
}

function readFields(reader: Reader, end: number, message: Message, depth: number): Json {
  if (depth > DEEPEST) throw new SyntaxError(`The message is nested deeper than ${DEEPEST} levels.`);
  const json: Json = {};
  while (reader.position() < end) {
    const { number, wireType } = reader.tag();
    const field = message[number];
    if (!field) {
      reader.passOver(wireType);
      continue;
    }
    const expected = typeof field.type === 'function' ? LENGTH : wireTypes[field.type];
    if (wireType !== expected) throw new SyntaxError(`The field ${field.name} has wire type ${wireType}.`);
    const value =
      typeof field.type === 'function'
        ? readFields(reader, reader.end(), field.type(), depth + 1)
        : readScalar(reader, field.type);
    if (!field.isList) {
      json[field.name] = value;
      continue;
    }
    const list = (json[field.name] as unknown[] | undefined) ?? [];
    list.push(value);
    json[field.name] = list;
  }
  if (reader.position() > end) throw new SyntaxError(CUT_OFF);
  return json;
}

function readScalar(reader: Reader, type: Scalar): unknown {
  switch (type) {
    case 'text':
      return new TextDecoder('utf-8', { fatal: true }).decode(reader.bytes());
    case 'id':
      return Buffer.from(reader.bytes()).toString('hex');
    case 'bytes':
      return Buffer.from(reader.bytes()).toString('base64');
    case 'bool':
      return reader.varint() !== 0n;
    case 'enum':
      return Number(BigInt.asIntN(32, reader.varint()));
    case 'int64':
      return BigInt.asIntN(64, reader.varint()).toString();
    case 'fixed64':
      return reader.eight().getBigUint64(0, true).toString();
    case 'double':
      return jsonNumber(reader.eight().getFloat64(0, true));
  }
}

/** JSON has no number for these. */
function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

const CUT_OFF = 'The message ends in the middle of a field.';

type Reader = ReturnType<typeof createReader>;

/** Reads one value after the other; each call moves on. */
function createReader(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  function take(count: number): number {
    const from = at;
    if (count > bytes.length - from) throw new SyntaxError(CUT_OFF);
    at += count;
    return from;
  }

  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = view.getUint8(take(1));
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new SyntaxError('A number has more than ten bytes.');
  }

  /** Most tags and lengths are one byte. */
  function smallNumber(): number {
    const byte = bytes[at] ?? 0x80;
    if (byte >= 0x80) return Number(varint());
    at++;
    return byte;
  }

  function lengthDelimited(): Uint8Array {
    const length = smallNumber();
    const from = take(length);
    return bytes.subarray(from, from + length);
  }

  return {
    position: () => at,
    tag() {
      const tag = smallNumber();
      if (tag > 0xffff_ffff) throw new SyntaxError('A number of more than 32 bits is no tag of a field.');
      if (tag < 8) throw new SyntaxError('A field has the number 0.');
      return { number: tag >>> 3, wireType: tag & 7 };
    },
    /** Where the message that begins here ends. */
    end() {
      const length = smallNumber();
      if (length > bytes.length - at) throw new SyntaxError(CUT_OFF);
      return at + length;
    },
    varint,
    bytes: lengthDelimited,
    eight: () => new DataView(bytes.buffer, bytes.byteOffset + take(8), 8),
    passOver(wireType: number): void {
      if (wireType === VARINT) varint();
      else if (wireType === FIXED64) take(8);
      else if (wireType === LENGTH) lengthDelimited();
      else if (wireType === FIXED32) take(4);
      else throw new SyntaxError(`There is no wire type ${wireType}.`);
    },
  };
}

/** Writes the fields of a message, texts and whole numbers, in the order of their numbers. */
export function writeMessage(fields: Readonly<Record<number, string | number | Uint8Array>>): Buffer {
  return Buffer.concat(
    Object.entries(fields).flatMap(([number, value]) => {
      if (typeof value === 'number') return [varintOf(Number(number) * 8 + VARINT), varintOf(value)];
      const bytes = Buffer.from(value);
      return [varintOf(Number(number) * 8 + LENGTH), varintOf(bytes.length), bytes];
    }),
  );
}

function varintOf(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Buffer.from([...bytes, rest]);
}
