import { invalid } from './state.ts';

/**
 * One page of a list. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
 * @returns the page and what IAM says about the rest
 */
export function pageOf<T>(
  items: readonly T[],
  { Marker, MaxItems = 100 }: { Marker?: string; MaxItems?: number },
): { page: T[]; rest: { IsTruncated: boolean; Marker?: string } } {
  const start = Marker === undefined ? 0 : Number(Buffer.from(Marker, 'base64').toString());
  if (!Number.isInteger(start) || start < 0) throw invalid('Invalid Marker.');
  const end = start + MaxItems;
  const more = end < items.length;
  return {
    page: items.slice(start, end),
    rest: { IsTruncated: more, ...(more && { Marker: Buffer.from(String(end)).toString('base64') }) },
  };
}
