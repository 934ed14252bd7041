import { testCall, testCloud } from '../../testing.ts';
import { createCloudWatch } from './index.ts';
import type { Sample } from './metrics/store.ts';

/** CloudWatch on its own, in warp time, which begins at a whole minute. */
export async function testCloudWatch() {
  const cloud = testCloud();
  const events: { detailType: string; detail: unknown; resources?: readonly string[] }[] = [];
  const invoked: { functionArn: string; payload: unknown; principal: string }[] = [];
  const cloudwatch = createCloudWatch(cloud, {
    publish: (event) => void events.push(event),
    invokeAsync: async (functionArn, payload, { principal }) => {
      invoked.push({
        functionArn,
        payload: JSON.parse(Buffer.from(payload).toString()),
        principal: principal.arn,
      });
    },
  });
  const { clock } = cloud;
  await clock.advance(60_000 - (clock.now() % 60_000));
  const { operations } = cloudwatch;
  const begin = clock.now() - (clock.now() % 60_000);
  return {
    ...operations,
    cloudwatch,
    cloud,
    /** The whole minute at which it began: the clock runs on while a test does. */
    begin,
    events,
    invoked,
    /** Puts one value of a metric of the namespace `Shop`, now. */
    put: (name: string, value: number, others: Partial<Sample> = {}) =>
      cloudwatch.put({
        namespace: 'Shop',
        name,
        dimensions: [],
        at: clock.now(),
        values: [{ value, times: 1 }],
        ...others,
      }),
    minutes: (count: number) => clock.advance(count * 60_000),
    /** What an alarm says. */
    state(name: string) {
      const { MetricAlarms: [alarm] = [] } = operations.DescribeAlarms({ AlarmNames: [name] });
      return alarm;
    },
    call: () => testCall(cloud),
    [Symbol.dispose]: () => cloud[Symbol.dispose](),
  };
}
