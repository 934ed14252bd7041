import { constraint, validation } from './errors.ts';

const LARGEST_PAGE = 100;

/**
 * Cuts one page out of a list.
 * @throws ValidationException for a page that cannot be asked for
 */
export function pageOf<T>(
  all: readonly T[],
  { Limit = LARGEST_PAGE, NextToken }: { Limit?: number; NextToken?: string },
): { page: T[]; NextToken?: string } {
  if (!Number.isInteger(Limit) || Limit < 1) {
    throw constraint(Limit, 'limit', 'have value greater than or equal to 1');
  }
  if (Limit > LARGEST_PAGE) {
    throw constraint(Limit, 'limit', `have value less than or equal to ${LARGEST_PAGE}`);
  }
  const start =
    NextToken === undefined ? 0 : Number(Buffer.from(NextToken, 'base64url').toString('utf8') || 'x');
  if (!Number.isInteger(start) || start < 0) throw validation('Invalid token.');
  const end = start + Limit;
  return {
    page: all.slice(start, end),
    ...(end < all.length && { NextToken: Buffer.from(String(end)).toString('base64url') }),
  };
}
