import { isDeepStrictEqual } from 'node:util';
import type { PublishVersionRequest } from '@aws-sdk/client-lambda';
import { AwsError } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import type { UnpackedCode } from './code.ts';
import type { FunctionSettings } from './function-config.ts';
import type { FunctionEntry } from './functions.ts';
import { checkRevision } from './revisions.ts';

/** A function's code and configuration at one version. It never changes: `$LATEST` is replaced by another one. */
export interface FunctionVersion {
  readonly name: string;
  /** `$LATEST`, or a number from 1. */
  readonly version: string;
  readonly settings: FunctionSettings;
  readonly code: UnpackedCode;
  readonly architectures: readonly ('arm64' | 'x86_64')[];
  readonly lastModified: number;
  /** Of its code and configuration: an environment that was made for another one does not serve it. */
  readonly deploymentId: string;
  /** Changes with whatever callers see of it, its tags and its resource policy as well. */
  readonly revisionId: string;
}

/**
 * Publishes `$LATEST` as a version with the next number; if nothing has changed since the version that was published
 * last, gives that one. https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
 * @throws AwsError PreconditionFailedException for another revision, InvalidParameterValueException for other code
 */
export function publishVersion(
  cloud: Cloud,
  entry: FunctionEntry,
  {
    CodeSha256,
    Description,
    RevisionId,
  }: Pick<PublishVersionRequest, 'CodeSha256' | 'Description' | 'RevisionId'> = {},
): FunctionVersion {
  const { latest } = entry;
  checkRevision(latest.revisionId, RevisionId);
  if (CodeSha256 && CodeSha256 !== latest.code.sha256) {
    throw new AwsError(
      'InvalidParameterValueException',
      `CodeSHA256 (${CodeSha256}) is different from current CodeSHA256 in $LATEST (${latest.code.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
    );
  }
  const { published } = entry;
  const last = published && entry.versions.get(published.version);
  if (last && isDeepStrictEqual(contentOf(published.from), contentOf(latest))) return last;

  const version = String(entry.nextVersion++);
  const made: FunctionVersion = {
    ...latest,
    version,
    settings: { ...latest.settings, description: Description ?? latest.settings.description },
    deploymentId: cloud.uuid(),
    revisionId: cloud.uuid(),
  };
  entry.versions.set(version, made);
  entry.published = { version, from: latest };
  entry.latest = { ...latest, revisionId: cloud.uuid() };
  return made;
}

/**
 * Removes a published version; one that is not there is gone already.
 * https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html
 * @throws AwsError InvalidParameterValueException for `$LATEST`, ResourceConflictException while an alias points to it
 */
export function deleteVersion(entry: FunctionEntry, version: string): void {
  if (version === '$LATEST') {
    throw new AwsError(
      'InvalidParameterValueException',
      '$LATEST version cannot be deleted without deleting the function.',
    );
  }
  const pointing = [...entry.aliases.values()].filter(
    (alias) => alias.version === version || alias.routing?.version === version,
  );
  if (pointing.length > 0) {
    const names = pointing.map(({ name }) => name).join(', ');
    throw new AwsError(
      'ResourceConflictException',
      `Unable to delete version because the following aliases reference it: [${names}]`,
      { status: 409 },
    );
  }
  entry.versions.delete(version);
  entry.policies.delete(version);
  entry.eventInvokeSettings.delete(version);
}

/** What a version is made of, without where it lies and when it was made. */
function contentOf({ settings, code, architectures }: FunctionVersion): object {
  return { settings, sha256: code.sha256, architectures };
}
