/** Whether a text can name a header; `*` can too. https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
export function isHeaderName(text: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);
}
