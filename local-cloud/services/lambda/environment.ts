import { cpSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Timer, Work } from '../../clock.ts';
import type { CredentialStore } from '../../iam/credentials.ts';
import type { Cloud } from '../../service.ts';
import { runEnvironment } from './environment-process.ts';
import { logStreamName, reservedVariables } from './environment-variables.ts';
import {
  exitError,
  type FunctionError,
  type ProcessExit,
  ranOutOfMemory,
  timeoutError,
} from './function-error.ts';
import type { LogSettings } from './log-settings.ts';
import { RUNTIME_FOLDER, splitVariables, startNode } from './node-process.ts';
import { withoutPermissions } from './permission-flags.ts';
import { type Answer, type NextInvocation, openChannel } from './runtime-channel.ts';
import type { Spares } from './spares.ts';
import { startStopwatch } from './stopwatch.ts';
import type { Watchdog } from './watchdog.ts';

/** What an environment is made from: the function's configuration at this moment. */
export interface EnvironmentConfig {
  functionName: string;
  version: string;
  runtime: string;
  handler: string;
  memoryMb: number;
  roleArn: string;
  variables: Readonly<Record<string, string>>;
  /** Folder with the unpacked code. */
  taskRoot: string;
  logging: LogSettings;
  traced: boolean;
  /** Of the function's version: an environment serves no other. */
  deploymentId: string;
  initializationType: 'on-demand' | 'provisioned-concurrency';
}

export interface EnvironmentTools {
  cloud: Cloud;
  credentials: CredentialStore;
  /** Of the X-Ray daemon. */
  daemonAddress: string;
  watchdog: Watchdog;
  /** Processes that have started already, if the account was given any. */
  spares?: Spares;
  /** Takes each log event of the environment. */
  onLog(text: string): void;
  /** A folder to take over: what an environment that failed left in its `/tmp`. */
  inherited?: string | undefined;
  /**
   * Told once when the environment has ended, whatever the reason.
   * @param left its `/tmp`, which the next environment in its place takes over
   */
  onEnd(reason: string, left?: string): void;
}

export interface InitOutcome {
  durationMs: number;
  error?: FunctionError;
  timedOut?: boolean;
}

export interface InvocationOutcome {
  /** JSON: the handler's result, or the error. */
  payload: Buffer;
  error?: FunctionError;
  /** Wall-clock milliseconds. */
  durationMs: number;
  cpuMs: number;
  maxMemoryMb: number;
  timedOut: boolean;
}

/** One execution environment: a process that runs one invocation at a time and is frozen in between. */
export interface Environment {
  readonly id: string;
  readonly logStream: string;
  readonly config: EnvironmentConfig;
  /**
   * Loads the handler; resolves also when that fails, with the error. Ends the environment after `limitMs`.
   * @param requestId of the invocation that it is started for
   */
  init(limitMs: number, requestId: string): Promise<InitOutcome>;
  /** Runs one invocation; the environment is ended when it exceeds `timeoutMs`. */
  invoke(invocation: Omit<NextInvocation, 'cloudTimeMs'>, timeoutMs: number): Promise<InvocationOutcome>;
  /** `false` once its process is gone. */
  readonly alive: boolean;
  /** `false` once it is to be ended, before its process is gone. */
  readonly usable: boolean;
  /** Cloud time of its start, and of the end of its last invocation. */
  readonly startedAt: number;
  readonly idleSince: number;
  kill(reason: string): void;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
}

/** Credentials of an environment outlive it by far. */
const CREDENTIALS_MS = 12 * 3600 * 1000;

/** Starts a process; it begins to load its handler at once. */
export function startEnvironment(config: EnvironmentConfig, tools: EnvironmentTools): Environment {
  const { cloud, credentials, daemonAddress, watchdog, spares } = tools;
  const endpoint = cloud.endpoint();
  const id = cloud.uuid();
  const startedAt = cloud.clock.now();
  const logStream = logStreamName(config, id, startedAt);

  let work: Work | undefined;
  let alive = true;
  let idleSince = startedAt;
  let ending = '';
  let waits = false;
  let isFrozen = false;
  let answer: Answer | undefined;
  let current = '';
  let exit: ProcessExit | undefined;
  let maxRssKb = 0;
  let preloadMs = 0;
  let resolveEnded = () => {};
  const gone = new Promise<void>((resolve) => {
    resolveEnded = resolve;
  });
  let notify = () => {};

  const session = credentials.issue({
    roleArn: config.roleArn,
    sessionName: config.functionName,
    durationMs: CREDENTIALS_MS,
    work: () => work,
  });
  const environment: Environment = {
    id,
    logStream,
    config,
    init,
    invoke,
    get alive() {
      return alive;
    },
    get usable() {
      return alive && ending === '';
    },
    startedAt,
    get idleSince() {
      return idleSince;
    },
    kill,
    ended: gone,
  };

  const stopwatch = startStopwatch(cloud.clock);
  const { atStart, later } = splitVariables({
    ...reservedVariables(config, {
      logStream,
      region: cloud.region,
      daemonAddress,
    }),
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
    AWS_ENDPOINT_URL: endpoint,
    _LOCAL_CLOUD_TIME: String(startedAt),
    ...withoutPermissions(config.variables),
  });
  const settings = { memoryMb: config.memoryMb, variables: atStart };
  const node = spares?.take(settings) ?? startNode(settings, makeTemporaryFolder(cloud, id));
  if (tools.inherited !== undefined) {
    cpSync(tools.inherited, node.tmp, { recursive: true });
    removeFolder(tools.inherited);
  }
  const asOnAws = pathsAsOnAws(config.taskRoot, node.tmp);
  const child = runEnvironment({
    node,
    variables: { TMPDIR: node.tmp, HOME: node.tmp, ...later },
    watchdog,
    onLog: (text) => tools.onLog(asOnAws(text)),
    onExit: ended,
  });
  const channel = openChannel(node.pipe, {
    onReady: (alreadyLoadedMs, initMaxRssKb) => {
      waits = true;
      preloadMs = alreadyLoadedMs;
      maxRssKb = initMaxRssKb;
      notify();
    },
    onAnswer: (given) => {
      if (given.requestId !== undefined && given.requestId !== current) return;
      answer = given;
      waits = given.kind !== 'fatal';
      maxRssKb = Math.max(maxRssKb, given.maxRssKb);
      notify();
    },
    onNonsense: () => kill('nonsense'),
  });

  function ended(how: ProcessExit): void {
    exit = how;
    alive = false;
    credentials.revoke(session.accessKeyId);
    // When a function times out or crashes, Lambda starts it again in the same place: what is in `/tmp` stays.
    // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-invoke-with-errors
    const failed = ending === '' || ending === 'timeout';
    if (!failed) removeFolder(node.tmp);
    notify();
    tools.onEnd(ending || 'exit', failed ? node.tmp : undefined);
    resolveEnded();
  }

  function kill(reason: string): void {
    if (!alive) return;
    ending ||= reason;
    child.kill();
  }

  /** Waits until `done` says so, the process has ended, or the limit is over: then it is killed. */
  async function until(done: () => boolean, limitMs: number): Promise<{ timedOut: boolean }> {
    let timer: Timer | undefined;
    let timedOut = false;
    await new Promise<void>((resolve) => {
      notify = () => {
        if (!alive || done()) resolve();
      };
      timer = cloud.clock.schedule(cloud.clock.now() + limitMs, 'work', () => {
        timedOut = true;
        kill('timeout');
      });
      notify();
    });
    timer?.cancel();
    notify = () => {};
    return { timedOut };
  }

  async function init(limitMs: number, requestId: string): Promise<InitOutcome> {
    const initWork = cloud.clock.begin();
    try {
      const { timedOut } = await until(() => waits, limitMs);
      await child.lastOutput();
      const durationMs = stopwatch() + preloadMs;
      if (timedOut) return { durationMs, timedOut, error: timeoutError(requestId, limitMs) };
      if (alive) return { durationMs };
      return { durationMs, error: answer ? errorOf(answer.body) : exitError(requestId, exit) };
    } finally {
      initWork.end();
    }
  }

  async function invoke(
    invocation: Omit<NextInvocation, 'cloudTimeMs'>,
    timeoutMs: number,
  ): Promise<InvocationOutcome> {
    work = cloud.clock.begin();
    try {
      answer = undefined;
      current = invocation.requestId;
      const elapsed = startStopwatch(cloud.clock);
      waits = false;
      thaw();
      channel.give({ ...invocation, cloudTimeMs: cloud.clock.now() });
      const { timedOut } = await until(() => answer !== undefined && waits, timeoutMs);
      const durationMs = timedOut ? timeoutMs : elapsed();
      if (alive && !timedOut) freeze();
      await child.lastOutput();
      return outcomeOf(invocation.requestId, { durationMs, timedOut, timeoutMs });
    } finally {
      idleSince = cloud.clock.now();
      work.end();
      work = undefined;
    }
  }

  /**
   * Between invocations nothing runs: what a handler did not await does not go on. Its main thread waits as it is.
   * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
   */
  function freeze(): void {
    isFrozen = answer?.hasThreads ?? false;
    if (isFrozen) child.freeze();
  }

  function thaw(): void {
    if (isFrozen) child.thaw();
    isFrozen = false;
  }

  function outcomeOf(
    requestId: string,
    { durationMs, timedOut, timeoutMs }: { durationMs: number; timedOut: boolean; timeoutMs: number },
  ): InvocationOutcome {
    const usage = {
      durationMs,
      cpuMs: (answer?.cpuUs ?? 0) / 1000,
      maxMemoryMb: Math.ceil(maxRssKb / 1024),
      timedOut,
    };
    if (timedOut) return failed(usage, timeoutError(requestId, timeoutMs));
    if (answer) {
      if (answer.kind === 'response') return { ...usage, payload: answer.body };
      return failed(usage, errorOf(answer.body));
    }
    return failed(
      { ...usage, maxMemoryMb: ranOutOfMemory(exit) ? config.memoryMb : usage.maxMemoryMb },
      exitError(requestId, exit),
    );
  }

  function errorOf(body: Buffer): FunctionError {
    const text = asOnAws(body.toString('utf8'));
    try {
      const { errorType, errorMessage, trace } = JSON.parse(text) as FunctionError;
      return { errorType, errorMessage, trace };
    } catch {
      // Not from our bootstrap: the function has written into the channel.
      return { errorType: 'Runtime.Unknown', errorMessage: text };
    }
  }

  return environment;
}

/** Removes a folder with all that is in it, if it is there. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function makeTemporaryFolder(cloud: Cloud, id: string): string {
  const tmp = join(realpathSync(cloud.scratch), 'tmp', id);
  mkdirSync(tmp, { recursive: true });
  return tmp;
}

/** Paths in logs and traces read as on AWS: this machine's say nothing to the reader and differ from run to run. */
function pathsAsOnAws(taskRoot: string, tmp: string): (text: string) => string {
  return (text) =>
    text.includes('/')
      ? text
          .replaceAll(taskRoot, '/var/task')
          .replaceAll(RUNTIME_FOLDER, '/var/runtime')
          .replaceAll(tmp, '/tmp')
      : text;
}

function failed(
  usage: Omit<InvocationOutcome, 'payload' | 'error'>,
  error: FunctionError,
): InvocationOutcome {
  return { ...usage, error, payload: Buffer.from(JSON.stringify(error)) };
}
