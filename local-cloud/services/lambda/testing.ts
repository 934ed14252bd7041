import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CreateFunctionRequest, InvocationRequest } from '@aws-sdk/client-lambda';
import { createAssets } from '../../assets.ts';
import type { CloudOptions } from '../../cloud.ts';
import { createFaults } from '../../faults.ts';
import { guard } from '../../guard.ts';
import { createCredentialStore } from '../../iam/credentials.ts';
import type { JournalEntry } from '../../journal.ts';
import type { Call, Guarded } from '../../service.ts';
import { testCall, testCloud } from '../../testing.ts';
import { createEventBridge } from '../eventbridge/index.ts';
import { createLogs } from '../logs/index.ts';
import { createS3, type S3Operations } from '../s3/index.ts';
import { createSqs } from '../sqs/index.ts';
import { createXRay } from '../xray/index.ts';
import type { RecordServices } from './async/delivery.ts';
import { createLambdaCore } from './core.ts';

interface TestOptions extends CloudOptions {
  concurrencyLimit?: number;
  initLimitMs?: number;
  /** Which actions roles may do; all by default. */
  allows?: (action: string) => boolean;
}

export const ROLE = 'arn:aws:iam::123456789012:role/worker';

/** An account with Lambda's functions and their logs: functions from files that a test writes. */
export function testLambda({
  concurrencyLimit,
  initLimitMs,
  allows = () => true,
  ...options
}: TestOptions = {}) {
  const cloud = testCloud({ clock: 'real', endpoint: () => 'http://127.0.0.1:9', ...options });
  const faults = createFaults(cloud.clock);
  const assets = createAssets();
  const credentials = createCredentialStore(cloud);
  const guardOptions = {
    cloud,
    faults,
    enforceIam: true,
    access: {
      decide: ({ principal, action }: { principal: { type: string }; action: string }) =>
        principal.type !== 'role' || allows(action)
          ? { allowed: true as const }
          : { allowed: false as const, reason: 'implicit' as const, message: `Not allowed: ${action}` },
    },
  };
  const logs = guard(createLogs(cloud), guardOptions);
  const xray = guard(createXRay(cloud), guardOptions);
  const sqs = guard(createSqs(cloud), guardOptions);
  const invokeAsync: RecordServices['invokeAsync'] = async (FunctionName, Payload, sender) => {
    await lambda.Invoke({ FunctionName, InvocationType: 'Event', Payload }, sender);
  };
  const events = guard(createEventBridge(cloud, { sqs, invokeAsync }), guardOptions);
  const core = createLambdaCore(cloud, {
    logs,
    xray,
    sqs,
    invokeAsync,
    putEvents: (input, sender) => events.PutEvents(input, sender),
    putObject: (input, sender) => s3.PutObject(input, sender),
    isAllowed: (_roleArn, action) => allows(action),
    credentials,
    assets,
    trustsLambda: (roleArn) => roleArn === ROLE,
    concurrencyLimit,
    initLimitMs,
  });
  const lambda = guard(
    {
      name: 'lambda',
      operations: core.operations,
      permissions: core.permissions,
      accessDenied: { code: 'AccessDeniedException', status: 403 },
    },
    guardOptions,
  );
  const s3: Guarded<S3Operations> = guard(
    createS3(cloud, { sqs, lambda, publish: () => {}, refusal: () => undefined }),
    guardOptions,
  );
  const call = (overrides: Partial<Call> = {}) => testCall(cloud, overrides);
  let made = 0;

  /** Writes files into a folder that stands for an asset, and gives its key. */
  function asset(files: Readonly<Record<string, string>>): string {
    const key = `asset-${++made}.zip`;
    const folder = join(cloud.scratch, 'assets', key);
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), content);
    }
    assets.register(key, folder);
    return key;
  }

  return {
    cloud,
    credentials,
    faults: core.faults,
    lambda,
    logs,
    xray,
    sqs,
    events,
    s3,
    call,
    asset,
    /** Makes a function and gives its name. A text is the content of `index.mjs`. */
    async create(
      files: string | Readonly<Record<string, string>>,
      config: Partial<CreateFunctionRequest> = {},
    ): Promise<string> {
      const key = asset(typeof files === 'string' ? { 'index.mjs': files } : files);
      const FunctionName = config.FunctionName ?? `function-${made}`;
      await lambda.CreateFunction(
        {
          FunctionName,
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: ROLE,
          MemorySize: 256,
          Code: { S3Bucket: 'assets', S3Key: key },
          ...config,
        },
        call(),
      );
      return FunctionName;
    },
    /** Invokes a function; `value` is what it answered, `log` its log tail. */
    async invoke(
      FunctionName: string,
      event: unknown = {},
      others: Partial<InvocationRequest> = {},
      overrides: Partial<Call> = {},
    ) {
      const Payload = Buffer.from(JSON.stringify(event)) as Uint8Array as InvocationRequest['Payload'];
      const input = { FunctionName, Payload, LogType: 'Tail', ...others } as const;
      const answer = await lambda.Invoke(input, call(overrides));
      return {
        value: JSON.parse(Buffer.from(answer.Payload as Uint8Array).toString('utf8')) as unknown,
        functionError: answer.FunctionError,
        log: Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8'),
      };
    },
    /** Journal entries of one type. */
    journal<Type extends JournalEntry['type']>(type: Type) {
      return cloud.journal
        .read()
        .filter((entry): entry is Extract<JournalEntry, { type: Type }> => entry.type === type);
    },
    async [Symbol.asyncDispose]() {
      await core.stop();
      cloud[Symbol.dispose]();
    },
  };
}
