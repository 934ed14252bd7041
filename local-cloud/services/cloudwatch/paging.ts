import { AwsError } from '../../errors.ts';

/**
 * One page of a list; the token of the next one stands for its position.
 * @throws InvalidNextToken
 */
export function pageOf<T>(
  found: readonly T[],
  token: string | undefined,
  size: number,
): { page: readonly T[]; nextToken: string | undefined } {
  const start = readToken(token);
  const end = start + size;
  return { page: found.slice(start, end), nextToken: end < found.length ? tokenOf(end) : undefined };
}

export function tokenOf(position: number): string {
  return Buffer.from(`at:${position}`).toString('base64url');
}

/** @throws InvalidNextToken */
export function readToken(token: string | undefined): number {
  if (token === undefined) return 0;
  const [, position] = /^at:(\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (position === undefined) throw new AwsError('InvalidNextToken', 'The next token is invalid.');
  return Number(position);
}
