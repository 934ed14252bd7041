import type { Cloud } from '../../service.ts';

/**
 * The X-Ray trace header that Lambda makes for an invocation that comes without one.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function defaultTraceHeader(cloud: Cloud, sampled: boolean): string {
  const seconds = Math.floor(cloud.clock.now() / 1000);
  const random = cloud.uuid().replaceAll('-', '') + cloud.uuid().replaceAll('-', '');
  const root = `1-${seconds.toString(16)}-${random.slice(0, 24)}`;
  return `Root=${root};Parent=${random.slice(24, 40)};Sampled=${sampled ? 1 : 0}`;
}
