import type { ErrorRootCause, ErrorRootCauseService, RootCauseException } from '@aws-sdk/client-xray';
import type { SegmentDocument } from './document.ts';
import { accountOf, identityOf } from './inferred.ts';

/** What a path is about: a fault or an error. */
type Failure = 'error' | 'fault';

/** A part of a trace on the way from its root. */
interface Step {
  readonly part: SegmentDocument;
  readonly segment: SegmentDocument;
}

/**
 * The ways from the root of a trace to each part that failed by itself: none of those that it calls failed.
 * https://docs.aws.amazon.com/xray/latest/api/API_FaultRootCause.html
 * https://docs.aws.amazon.com/xray/latest/api/API_ErrorRootCause.html
 * @param segments all of a trace, the inferred ones too
 */
export function rootCauses(segments: readonly SegmentDocument[], failure: Failure): ErrorRootCause[] {
  const ids = new Set<string>();
  const note = (part: SegmentDocument): void => {
    ids.add(part.id);
    for (const inner of part.subsegments ?? []) note(inner);
  };
  for (const segment of segments) note(segment);

  function walk(path: readonly Step[]): Step[][] {
    const { part, segment } = path.at(-1) as Step;
    const below = [
      ...(part.subsegments ?? []).map((inner) => ({ part: inner, segment })),
      ...segments
        .filter(({ parent_id: id }) => id === part.id)
        .map((next) => ({ part: next, segment: next })),
    ].flatMap((step) => walk([...path, step]));
    return below.length > 0 || part[failure] !== true ? below : [[...path]];
  }

  return segments
    .filter(({ parent_id: parent }) => parent === undefined || !ids.has(parent))
    .flatMap((root) => walk([{ part: root, segment: root }]))
    .map((path) => ({
      Services: servicesOf(path),
      // Somebody on the way may have coped with it.
      ClientImpacting: path.every(({ part }) => part[failure] === true),
    }));
}

function servicesOf(path: readonly Step[]): ErrorRootCauseService[] {
  return [...new Set(path.map(({ segment }) => segment))].map((segment) => {
    const { name, type } = identityOf(segment);
    const account = accountOf(segment);
    return {
      Name: name,
      Names: [name],
      ...(type !== undefined && { Type: type }),
      ...(account !== undefined && { AccountId: account }),
      EntityPath: path
        .filter((step) => step.segment === segment)
        .map(({ part }) => ({
          Name: part.name,
          Exceptions: exceptionsOf(part),
          Remote: part.namespace === 'remote' || part.namespace === 'aws',
        })),
      Inferred: segment.inferred === true,
    };
  });
}

function exceptionsOf({ cause }: SegmentDocument): RootCauseException[] {
  const { exceptions } = (cause ?? {}) as { exceptions?: unknown };
  if (!Array.isArray(exceptions)) return [];
  return (exceptions as { type?: string; message?: string }[]).map(({ type, message }) => ({
    ...(type !== undefined && { Name: type }),
    ...(message !== undefined && { Message: message }),
  }));
}
