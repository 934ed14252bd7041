import { rmSync } from 'node:fs';
import { type CloudOptions, createCloud } from './cloud.ts';
import { accountPrincipal } from './iam/credentials.ts';
import type { Call, Cloud } from './service.ts';

/** A cloud for one test: `using cloud = testCloud()` stops its clock and removes its folder at the end. */
export function testCloud(options: CloudOptions = {}): Cloud & Disposable {
  const cloud = createCloud({ clock: 'warp', ...options });
  return {
    ...cloud,
    [Symbol.dispose]: () => {
      cloud.clock.stop();
      rmSync(cloud.scratch, { recursive: true, force: true });
    },
  };
}

/** A call by the account itself, as a unit test makes it. */
export function testCall(cloud: Cloud, overrides: Partial<Call> = {}): Call {
  return {
    principal: accountPrincipal(cloud),
    requestId: cloud.uuid(),
    signal: new AbortController().signal,
    ...overrides,
  };
}
