import type { AwsError } from '../errors.ts';
import type { ErrorModel } from './types.ts';

/** An error's members under the names that its model gives them: the message is `message` or `Message`. */
export function errorMembers(model: ErrorModel | undefined, error: AwsError): Record<string, unknown> {
  const messageName = model?.memberNames.find((name) => name.toLowerCase() === 'message') ?? 'message';
  return { ...error.members, [messageName]: error.message };
}
