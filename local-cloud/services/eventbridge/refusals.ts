import { notSupported } from '../../errors.ts';

/**
 * Refuses what AWS has and this service has not.
 * @param names members of the input that are not supported
 * @throws UnsupportedOperation naming operation and member
 */
export function refuseMembers<Input extends object>(
  what: string,
  input: Input,
  names: readonly (keyof Input & string)[],
): void {
  const asked = names.find((name) => input[name] !== undefined && input[name] !== null);
  if (asked) throw notSupported(`${what}'s ${asked}`);
}
