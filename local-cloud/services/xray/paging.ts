import { invalidRequest } from './requests.ts';

/**
 * One page of a list.
 * @param token what an answer before said comes next; undefined for the first page
 * @throws AwsError InvalidRequestException when the token is none of X-Ray's
 */
export function pageOf<Item>(
  items: readonly Item[],
  token: string | undefined,
  size: number,
): { page: Item[]; next: { NextToken?: string } } {
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString('utf8'));
  if (!Number.isInteger(from) || from < 0) throw invalidRequest('Invalid NextToken.');
  const to = from + size;
  return {
    page: items.slice(from, to),
    next: to < items.length ? { NextToken: Buffer.from(String(to)).toString('base64') } : {},
  };
}
