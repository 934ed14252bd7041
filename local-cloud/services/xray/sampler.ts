import type { Cloud } from '../../service.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html: one request a second, and of the others 5 %. */
const PER_SECOND = 1;
const RATE_BEYOND = 0.05;

/** Makes the account's decision whether a request is sampled. */
export function createSampler(cloud: Cloud): () => boolean {
  let second = Number.NaN;
  let taken = 0;
  return () => {
    const now = Math.floor(cloud.clock.now() / 1000);
    if (now !== second) {
      second = now;
      taken = 0;
    }
    if (taken++ < PER_SECOND) return true;
    return cloud.random() < RATE_BEYOND;
  };
}
