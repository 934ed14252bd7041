import { checkLimit, invalid } from './names.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
const LARGEST_PAGE = 50;

/** One page of a list; the token of the next one is its position.
 * @throws InvalidParameterException
 */
export function pageOf<T>(found: readonly T[], { nextToken, limit }: { nextToken?: string; limit?: number }) {
  checkLimit(limit, LARGEST_PAGE);
  const start = nextToken === undefined ? 0 : Number(nextToken);
  if (!Number.isInteger(start)) throw invalid('The specified nextToken is invalid.');
  const end = start + (limit ?? LARGEST_PAGE);
  return { page: found.slice(start, end), nextToken: end < found.length ? String(end) : undefined };
}
