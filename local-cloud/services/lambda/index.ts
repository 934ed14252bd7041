import type { DeleteFunctionRequest, DeleteFunctionResponse } from '@aws-sdk/client-lambda';
import type { Cloud, Guarded, Service } from '../../service.ts';
import type { SqsOperations } from '../sqs/index.ts';
import type { CodeDownloads } from './code-download.ts';
import { type CoreDependencies, createLambdaCore } from './core.ts';
import { createEventSourceMappings } from './event-source-mapping/index.ts';
import type { LambdaFaults } from './faults.ts';
import { parseQualified } from './names.ts';
import { loopDetected, traceHeaderOfBatch } from './recursion.ts';
import { createTagOperations, taggedFunction } from './tags.ts';
import { newTraceHeader, parseTraceHeader } from './trace-header.ts';

export type { LambdaFaults } from './faults.ts';

export interface LambdaDependencies extends CoreDependencies {
  sqs: Guarded<SqsOperations>;
}

/**
 * Makes the account's Lambda: Node.js functions from zip or folder, run in processes of their own, invoked directly,
 * asynchronously or by a queue.
 * https://docs.aws.amazon.com/lambda/latest/api/Welcome.html
 */
export function createLambda(cloud: Cloud, dependencies: LambdaDependencies) {
  const { sqs, isAllowed } = dependencies;
  const core = createLambdaCore(cloud, dependencies);
  const { functions, concurrency, invoker } = core;
  const mappings = createEventSourceMappings(cloud, {
    sqs,
    isAllowed,
    functionOf(reference) {
      const { name, arn, settings } = functions.get(reference);
      return {
        name,
        arn,
        timeoutSeconds: settings.timeoutSeconds,
        roleArn: settings.roleArn,
        reservedConcurrency: concurrency.reservedFor(name),
      };
    },
    async invoke(functionArn, event, traceHeaders) {
      const stored = functions.pick(functionArn);
      // A batch is sampled when one of its messages is; otherwise Lambda decides.
      const isSampled = traceHeaders.some((header) => parseTraceHeader(header)?.sampled);
      const fresh = `${newTraceHeader(cloud)}${isSampled ? ';Sampled=1' : ''}`;
      const outcome = await invoker.run(stored, event, {
        requestId: cloud.uuid(),
        invocationType: 'event-source-mapping',
        traceHeader: traceHeaderOfBatch(fresh, traceHeaders),
        linked: traceHeaders,
      });
      if (!('isLoop' in outcome)) return outcome;
      // The messages come back, and in the end go to the queue's dead-letter queue.
      const { name: errorType, message: errorMessage } = loopDetected();
      return { payload: Buffer.alloc(0), error: { errorType, errorMessage } };
    },
  });
  const operations = {
    ...core.operations,
    ...mappings.operations,
    ...createTagOperations((arn) => {
      const tags = mappings.tagsOf(arn);
      return tags ? { tags } : taggedFunction(cloud, functions, arn);
    }),
    /** Nothing is read from a queue on behalf of a function that is gone. */
    DeleteFunction(input: DeleteFunctionRequest): DeleteFunctionResponse {
      const { name, qualifier } = parseQualified(input.FunctionName, input.Qualifier);
      const deleted = core.operations.DeleteFunction(input);
      if (qualifier === undefined) mappings.onFunctionDeleted(name);
      return deleted;
    },
  };
  return {
    name: 'lambda',
    operations,
    permissions: { ...core.permissions, ...mappings.permissions },
    accessDenied: { code: 'AccessDeniedException', status: 403 },
    faults: core.faults,
    downloads: core.downloads,
    async stop() {
      // Polling ends first, then what is under way: an invocation may be in an endless loop.
      const polled = mappings.stop();
      await core.stop();
      await polled;
    },
  } satisfies Service<typeof operations> & { faults: LambdaFaults; downloads: CodeDownloads };
}

export type LambdaOperations = ReturnType<typeof createLambda>['operations'];
