import { QUOTAS } from './model.ts';

interface Limit {
  /** Requests per second. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
}

/** Takes one token; false when the bucket is empty. */
export type TokenBucket = (limit: Limit) => boolean;

/**
 * Makes a token bucket, full at first. A changed limit applies from the next request on.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 * @param now cloud time in epoch milliseconds
 */
export function createTokenBucket(now: () => number): TokenBucket {
  let tokens = Number.POSITIVE_INFINITY;
  let filledAt = now();
  return ({ rate, burst }) => {
    const time = now();
    tokens = Math.min(burst, tokens + (Math.max(0, time - filledAt) / 1000) * rate);
    filledAt = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

/** The limits of a route: its own, else the stage's, else the account's. */
export function limitOf(
  ...settings: readonly ({ ThrottlingRateLimit?: number; ThrottlingBurstLimit?: number } | undefined)[]
): Limit {
  const rate = settings.find((one) => one?.ThrottlingRateLimit !== undefined)?.ThrottlingRateLimit;
  const burst = settings.find((one) => one?.ThrottlingBurstLimit !== undefined)?.ThrottlingBurstLimit;
  return { rate: rate ?? QUOTAS.account.rate, burst: burst ?? QUOTAS.account.burst };
}
