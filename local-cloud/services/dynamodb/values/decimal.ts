/**
 * Exact decimal numbers as DynamoDB has them, never floats.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export interface Decimal {
  readonly negative: boolean;
  /** Significant digits without zeros at either end; empty for zero. */
  readonly digits: string;
  /** Power of ten of the first digit: 250 is 2.5 × 10^2. */
  readonly exponent: number;
}

const ZERO: Decimal = { negative: false, digits: '', exponent: 0 };
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Reads a number in plain or scientific notation; `undefined` when the text is no number. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  return decimal(sign === '-', whole + fraction, Number(power) - fraction.length);
}

/** Writes a number as DynamoDB returns it: plain notation, no needless zeros or signs. */
export function formatDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction ? `${sign}${whole}.${fraction}` : sign + whole;
}

/** Adds exactly; the result may have more digits than DynamoDB stores. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.min(lowestPower(a), lowestPower(b));
  const sum = coefficient(a, scale) + coefficient(b, scale);
  return sum < 0n ? decimal(true, String(-sum), scale) : decimal(false, String(sum), scale);
}

export function negateDecimal(number: Decimal): Decimal {
  return number.digits === '' ? number : { ...number, negative: !number.negative };
}

/**
 * A string that sorts (by code unit) as the number does: sign, exponent, digits.
 * Negative numbers have exponent and digits inverted and end with a mark above all digits.
 */
export function sortableDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '1';
  if (!negative) return `2${exponentMark(exponent)}${digits}`;
  const inverted = Array.from(digits, (digit) => 9 - Number(digit)).join('');
  return `0${exponentMark(-exponent)}${inverted}~`;
}

/** Three digits for an exponent; DynamoDB's range is -130 to 125. */
function exponentMark(exponent: number): string {
  return String(exponent + 500).padStart(3, '0');
}

/** `digits` × 10^`scale`, without the zeros that mean nothing. */
function decimal(negative: boolean, digits: string, scale: number): Decimal {
  const significant = digits.replace(/^0+/, '');
  if (significant === '') return ZERO;
  return {
    negative,
    digits: significant.replace(/0+$/, ''),
    exponent: scale + significant.length - 1,
  };
}

function lowestPower({ digits, exponent }: Decimal): number {
  return digits === '' ? exponent : exponent - digits.length + 1;
}

/** The number as an integer count of 10^`scale`. */
function coefficient(number: Decimal, scale: number): bigint {
  if (number.digits === '') return 0n;
  const integer = BigInt(number.digits + '0'.repeat(lowestPower(number) - scale));
  return number.negative ? -integer : integer;
}
