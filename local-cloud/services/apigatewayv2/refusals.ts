import { notSupported } from '../../errors.ts';

/** A value that asks for nothing: it may be sent although its member is not supported. */
function asksForNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/**
 * Refuses what AWS has and this service has not.
 * @param names members of the input that are not supported
 * @throws UnsupportedOperation naming operation and member
 */
export function refuseMembers<Input extends object>(
  operation: string,
  input: Input,
  names: readonly (keyof Input & string)[],
): void {
  const asked = names.find((name) => !asksForNothing(input[name]));
  if (asked) throw notSupported(`${operation}'s ${asked}`);
}
