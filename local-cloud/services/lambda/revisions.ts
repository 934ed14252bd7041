import { AwsError } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import type { FunctionEntry } from './functions.ts';

/**
 * The revision of a function, of a version or of an alias. Its resource policy has the same.
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
 * @param qualifier a version or an alias that is there; empty for the function itself
 */
export function revisionOf(entry: FunctionEntry, qualifier: string): string {
  const owner = entry.aliases.get(qualifier) ?? entry.versions.get(qualifier) ?? entry.latest;
  return owner.revisionId;
}

/** Gives a function, a version or an alias another revision: its tags or its resource policy have changed. */
export function renewRevision(cloud: Cloud, entry: FunctionEntry, qualifier: string): void {
  const revisionId = cloud.uuid();
  const alias = entry.aliases.get(qualifier);
  const version = entry.versions.get(qualifier);
  if (alias) entry.aliases.set(qualifier, { ...alias, revisionId });
  else if (version) entry.versions.set(qualifier, { ...version, revisionId });
  else entry.latest = { ...entry.latest, revisionId };
}

/**
 * Checks the revision that a caller expects to change.
 * @throws AwsError PreconditionFailedException
 */
export function checkRevision(current: string, expected: string | undefined): void {
  if (!expected || expected === current) return;
  throw new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    { status: 412 },
  );
}
