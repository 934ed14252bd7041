import { AwsError } from '../../errors.ts';

const VALUE = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/** How much of an event an error shows. */
const SHOWN_BYTES = 500;

/**
 * Checks that an event is JSON. What Lambda says of one that is not comes from the parser it is read with: here in the
 * same words for how an event begins, which is where most go wrong.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 * @throws AwsError InvalidRequestContentException
 */
export function checkEventJson(event: Uint8Array): void {
  const text = Buffer.from(event).toString('utf8');
  try {
    JSON.parse(text);
  } catch (error) {
    const why = wrongStart(text, event) ?? (error instanceof Error ? error.message : String(error));
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: Could not parse payload into json: ${why}`,
    );
  }
}

function wrongStart(text: string, event: Uint8Array): string | undefined {
  const shown = Buffer.from(event.subarray(0, SHOWN_BYTES)).toString('utf8');
  const at = (column: number) => `\n at [Source: (byte[])"${shown}"; line: 1, column: ${column}]`;
  const [token] = /^[A-Za-z_$][\w$]*/.exec(text) ?? [];
  if (token && !['null', 'true', 'false'].includes(token)) {
    // The character behind the token has been read as well.
    const column = token.length + (token.length < text.length ? 2 : 1);
    return `Unrecognized token '${token}': was expecting ${VALUE}${at(column)}`;
  }
  if (!token && !/^[\s"[{\d-]/.test(text)) {
    return `Unexpected character (${nameOf(event[0] ?? 0)}): expected a valid value ${VALUE}${at(2)}`;
  }
  const [, key] = /^\{([^\s"}])/.exec(text) ?? [];
  if (!key) return undefined;
  return `Unexpected character (${nameOf(event[1] ?? 0)}): was expecting double-quote to start field name${at(3)}`;
}

function nameOf(byte: number): string {
  const isPrintable = byte > 0x1f && byte < 0x7f;
  return isPrintable ? `'${String.fromCharCode(byte)}' (code ${byte})` : `(CTRL-CHAR, code ${byte})`;
}
