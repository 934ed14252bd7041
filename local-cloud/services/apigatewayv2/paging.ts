import { badRequest } from './errors.ts';

/** How a list is asked for: both travel as text. */
export interface PageRequest {
  MaxResults?: string;
  NextToken?: string;
}

const DEFAULT_PAGE = 25;
const LARGEST_PAGE = 500;

/**
 * Cuts one page out of a list.
 * @throws BadRequestException for a page that cannot be asked for
 */
export function pageOf<T>(
  all: readonly T[],
  { MaxResults, NextToken }: PageRequest,
): { Items: T[]; NextToken?: string } {
  const size = MaxResults === undefined ? DEFAULT_PAGE : Number(MaxResults);
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE) {
    throw badRequest(`Invalid value for maxResults: ${MaxResults}`);
  }
  const start =
    NextToken === undefined ? 0 : Number(Buffer.from(NextToken, 'base64url').toString('utf8') || 'none');
  if (!Number.isInteger(start) || start < 0) throw badRequest('Invalid nextToken');
  const end = start + size;
  return {
    Items: all.slice(start, end),
    ...(end < all.length && { NextToken: Buffer.from(String(end)).toString('base64url') }),
  };
}
