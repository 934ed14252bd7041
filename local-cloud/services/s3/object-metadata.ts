/**
 * Metadata as a header can carry it: what is not ASCII is encoded as in the headers of mails.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export function sendableMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, sendable(value)]));
}

/** https://www.rfc-editor.org/rfc/rfc2047#section-4.2 */
function sendable(value: string): string {
  if (/^[\t\x20-\x7e]*$/.test(value)) return value;
  const bytes = [...Buffer.from(value, 'utf8')].map((byte) => {
    const char = String.fromCharCode(byte);
    if (char === ' ') return '_';
    return /[\x21-\x7e]/.test(char) && !/[=?_]/.test(char)
      ? char
      : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `=?UTF-8?Q?${bytes.join('')}?=`;
}
