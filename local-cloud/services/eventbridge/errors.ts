import { AwsError } from '../../errors.ts';

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/**
 * A member that the service's model refuses.
 * @param path the member as AWS names it, for example `targets.1.member.id`
 */
export function constraint(value: unknown, path: string, rule: string): AwsError {
  const shown = value === undefined || value === null ? 'null' : `'${value}'`;
  return validation(
    `1 validation error detected: Value ${shown} at '${path}' failed to satisfy constraint: Member must ${rule}`,
  );
}

/** @throws ValidationException for a list that has an empty place */
export function checkElements(list: readonly unknown[], path: string): void {
  const empty = list.findIndex((element) => element === null || element === undefined);
  if (empty !== -1) throw constraint(null, `${path}.${empty + 1}.member`, 'not be null');
}

export function invalidEventPattern(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

export function busNotFound(name: string): AwsError {
  return notFound(`Event bus ${name} does not exist.`);
}

export function ruleNotFound(name: string, busName: string): AwsError {
  return notFound(`Rule ${name} does not exist on EventBus ${busName}.`);
}

export function overLimit(): AwsError {
  return new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
}
