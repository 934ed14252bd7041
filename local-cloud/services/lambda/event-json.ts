import { AwsError } from '../../errors.ts';

const VALUE = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

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
  const at = (column: number) =>
    `\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: 1, column: ${column}]`;
  const [token] = /^[A-Za-z_$][\w$]*/.exec(text) ?? [];
  if (token && !['null', 'true', 'false'].includes(token)) {
    const next = event[token.length];
    if (next !== undefined && !startsCharacter(next)) {
      return `Invalid UTF-8 start byte 0x${next.toString(16)}${at(token.length + 2)}`;
    }
    // The character behind the token has been read as well.
    const column = token.length + (next === undefined ? 1 : 2);
    return `Unrecognized token '${token}': was expecting ${VALUE}${at(column)}`;
  }
  if (!token && !/^[\s"[{\d-]/.test(text)) {
    return `Unexpected character (${nameOf(event[0] ?? 0)}): expected a valid value ${VALUE}${at(1)}`;
  }
  const [, key] = /^\{([^\s"}])/.exec(text) ?? [];
  if (!key) return undefined;
  return `Unexpected character (${nameOf(event[1] ?? 0)}): was expecting double-quote to start field name${at(2)}`;
}

/** Whether a character of UTF-8 may begin with it. */
function startsCharacter(byte: number): boolean {
  return byte < 0x80 || (byte >= 0xc0 && byte < 0xf8);
}

function nameOf(byte: number): string {
  const isPrintable = byte > 0x1f && byte < 0x7f;
  return isPrintable ? `'${String.fromCharCode(byte)}' (code ${byte})` : `(CTRL-CHAR, code ${byte})`;
}
