import { AwsError } from '../../errors.ts';
import { constraint } from './errors.ts';

/**
 * Cuts one page out of a list.
 * @param largest the page's size where none is asked for, and the largest that may be
 * @throws ValidationException, InvalidNextToken
 */
export function pageOf<T>(
  all: readonly T[],
  { MaxResults, NextToken }: { MaxResults?: number; NextToken?: string },
  largest: number,
): { page: T[]; NextToken?: string } {
  const size = MaxResults ?? largest;
  if (size < 1) throw constraint(size, 'maxResults', 'have value greater than or equal to 1');
  if (size > largest) throw constraint(size, 'maxResults', `have value less than or equal to ${largest}`);
  const start =
    NextToken === undefined ? 0 : Number(Buffer.from(NextToken, 'base64url').toString('utf8') || 'x');
  if (!Number.isInteger(start) || start < 0) {
    throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  }
  const end = start + size;
  return {
    page: all.slice(start, end),
    ...(end < all.length && { NextToken: Buffer.from(String(end)).toString('base64url') }),
  };
}
