import { createHash } from 'node:crypto';
import type {
  GetFunctionRecursionConfigRequest,
  GetFunctionRecursionConfigResponse,
  PutFunctionRecursionConfigRequest,
  PutFunctionRecursionConfigResponse,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../errors.ts';
import type { FunctionEntry, Functions } from './functions.ts';
import { parseFunctionReference } from './names.ts';

/** A chain of requests in which a function has run so often is a loop.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html */
const MOST_RUNS = 16;

/**
 * The trace header with which a function runs: its `Lineage` counts how often each function ran before in the same
 * chain of requests. The SDK in the function sends the header on.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 * @returns the header, and whether the function is in a loop
 */
export function enterFunction(
  traceHeader: string,
  { arn }: Pick<FunctionEntry, 'arn'>,
): { traceHeader: string; isLoop: boolean } {
  const id = lineageId(arn);
  const counts = lineageOf(traceHeader);
  const before = counts.get(id);
  const runs = before === undefined ? 0 : before + 1;
  counts.set(id, runs);
  return { traceHeader: withLineage(traceHeader, counts), isLoop: runs >= MOST_RUNS };
}

const ids = new Map<string, string>();
const MOST_IDS = 10_000;

/** A function's eight digits in a lineage, made once. */
function lineageId(arn: string): string {
  const known = ids.get(arn);
  if (known !== undefined) return known;
  const id = createHash('sha256').update(arn).digest('hex').slice(0, 8);
  if (ids.size >= MOST_IDS) ids.clear();
  ids.set(arn, id);
  return id;
}

/** A new trace header for a batch: it takes its lineage from the message that has run through the most functions. */
export function traceHeaderOfBatch(fresh: string, ofMessages: readonly string[]): string {
  let longest = new Map<string, number>();
  let most = -1;
  for (const counts of ofMessages.map(lineageOf)) {
    const runs = Math.max(-1, ...counts.values());
    if (runs <= most) continue;
    most = runs;
    longest = counts;
  }
  return withLineage(fresh, longest);
}

/** The trace header as it leaves a service that takes no part in the detection of loops. */
export function withoutLineage(traceHeader: string): string {
  return withLineage(traceHeader, new Map());
}

/** What a caller is told whose call would go on with a loop. */
export function loopDetected(): AwsError {
  return new AwsError(
    'RecursiveInvocationException',
    "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation.",
    { members: { Type: 'User' } },
  );
}

/** What Lambda does with loops of a function. */
export function createRecursionOperations(functions: Functions) {
  /** It belongs to the whole function. */
  function find(reference: string | undefined): FunctionEntry {
    const { qualifier } = parseFunctionReference(reference);
    if (qualifier === undefined) return functions.entry(reference);
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${reference}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)`,
    );
  }

  return {
    /** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html */
    PutFunctionRecursionConfig(input: PutFunctionRecursionConfigRequest): PutFunctionRecursionConfigResponse {
      const entry = find(input.FunctionName);
      const { RecursiveLoop } = input;
      if (RecursiveLoop !== 'Allow' && RecursiveLoop !== 'Terminate') {
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value '${RecursiveLoop ?? ''}' at 'recursiveLoop' failed to satisfy constraint: Member must satisfy enum value set: [Terminate, Allow]`,
        );
      }
      entry.recursiveLoop = RecursiveLoop;
      return { RecursiveLoop };
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionRecursionConfig.html */
    GetFunctionRecursionConfig: (
      input: GetFunctionRecursionConfigRequest,
    ): GetFunctionRecursionConfigResponse => ({ RecursiveLoop: find(input.FunctionName).recursiveLoop }),
  };
}

/** Counts by function, for example of `Lineage=a87bd80c:1|68fd508a:5`. */
function lineageOf(traceHeader: string): Map<string, number> {
  const [, text = ''] = /(?:^|;)\s*Lineage=([^;]*)/.exec(traceHeader) ?? [];
  return new Map(
    text.split('|').flatMap((part) => {
      const [, id, runs] = /^([0-9a-f]{8}):(\d{1,4})$/.exec(part) ?? [];
      return id ? [[id, Number(runs)] as const] : [];
    }),
  );
}

function withLineage(traceHeader: string, counts: ReadonlyMap<string, number>): string {
  const others = traceHeader.split(';').filter((part) => part !== '' && !part.trim().startsWith('Lineage='));
  const lineage = [...counts].map(([id, runs]) => `${id}:${runs}`).join('|');
  return [...others, ...(lineage ? [`Lineage=${lineage}`] : [])].join(';');
}
