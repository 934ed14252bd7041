import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Timer, Work } from '../../clock.ts';
import type { CredentialStore } from '../../iam/credentials.ts';
import type { Cloud } from '../../service.ts';
import { createOutputReader } from './output.ts';
import { permissionFlags, withoutPermissions } from './permission-flags.ts';
import type { Answer, NextInvocation, RuntimeApi } from './runtime-api.ts';
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
  logGroup: string;
  traced: boolean;
}

export interface EnvironmentTools {
  cloud: Cloud;
  api: RuntimeApi;
  credentials: CredentialStore;
  watchdog: Watchdog;
  /** Takes each log event of the environment. */
  onLog(text: string): void;
  /** Told once when the environment has ended, whatever the reason. */
  onEnd(reason: string): void;
}

/** An error as the runtime tells it. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: readonly string[];
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

const RUNTIME_FOLDER = join(import.meta.dirname, 'runtime');

/** How long to wait for the last output of an invocation once its answer is there; the handler may have closed it. */
const OUTPUT_GRACE_MS = 1000;

/** Credentials of an environment outlive it by far. */
const CREDENTIALS_MS = 12 * 3600 * 1000;

/** Starts a process; it begins to load its handler at once. */
export function startEnvironment(config: EnvironmentConfig, tools: EnvironmentTools): Environment {
  const { cloud, api, credentials, watchdog } = tools;
  const id = cloud.uuid();
  const key = cloud.uuid();
  const tmp = makeTemporaryFolder(cloud, id);
  const asOnAws = pathsAsOnAws(config.taskRoot, tmp);
  const startedAt = cloud.clock.now();
  const logStream = logStreamName(config.version, id, startedAt);

  let work: Work | undefined;
  let alive = true;
  let idleSince = startedAt;
  let ending = '';
  let give: ((invocation: NextInvocation) => void) | undefined;
  let answer: Answer | undefined;
  let current = '';
  let maxRssKb = 0;
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

  api.connect(key, {
    onNext: (giveNext) => {
      give = giveNext;
      notify();
    },
    onAnswer: (given) => {
      if (given.requestId !== undefined && given.requestId !== current) return;
      answer = given;
      maxRssKb = Math.max(maxRssKb, given.maxRssKb);
      notify();
    },
  });

  const stopwatch = startStopwatch(cloud.clock);
  const child = spawn(
    process.execPath,
    [
      ...permissionFlags(tmp),
      `--max-old-space-size=${heapMb(config.memoryMb)}`,
      join(RUNTIME_FOLDER, 'bootstrap.mjs'),
    ],
    {
      cwd: config.taskRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...reservedVariables(config, { logStream, region: cloud.region, address: api.addressOf(key), tmp }),
        AWS_ACCESS_KEY_ID: session.accessKeyId,
        AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
        AWS_SESSION_TOKEN: session.sessionToken,
        AWS_ENDPOINT_URL: cloud.endpoint(),
        _LOCAL_CLOUD_TIME: String(startedAt),
        ...withoutPermissions(config.variables),
      },
    },
  );
  if (child.pid) watchdog.watch(child.pid);

  let marks = 0;
  const readers = [child.stdout, child.stderr].map((stream) => {
    const reader = createOutputReader(
      (text) => tools.onLog(asOnAws(text)),
      () => {
        marks++;
        notify();
      },
    );
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => reader.push(chunk));
    stream?.on('end', () => reader.end());
    return reader;
  });

  let exited: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  child.on('error', () => {
    exited ??= { code: 1, signal: null };
    ended();
  });
  // 'close' comes after the last output, 'exit' may come before it.
  child.on('close', (code, signal) => {
    exited ??= { code, signal };
    ended();
  });

  function ended(): void {
    if (!alive) return;
    alive = false;
    if (child.pid) watchdog.forget(child.pid);
    api.disconnect(key);
    credentials.revoke(session.accessKeyId);
    rmSync(tmp, { recursive: true, force: true });
    notify();
    tools.onEnd(ending || 'exit');
    resolveEnded();
  }

  function kill(reason: string): void {
    if (!alive) return;
    ending ||= reason;
    child.kill('SIGKILL');
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
      const { timedOut } = await until(() => give !== undefined && marks >= readers.length, limitMs);
      const durationMs = stopwatch();
      if (timedOut) return { durationMs, timedOut, error: timeoutError(requestId, limitMs) };
      if (alive) {
        freeze(child);
        return { durationMs };
      }
      return { durationMs, error: answer ? errorOf(answer.body) : exitError(requestId) };
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
      marks = 0;
      answer = undefined;
      current = invocation.requestId;
      const elapsed = startStopwatch(cloud.clock);
      const giveNext = give;
      give = undefined;
      thaw(child);
      giveNext?.({ ...invocation, cloudTimeMs: cloud.clock.now() });
      const { timedOut } = await until(() => answer !== undefined && give !== undefined, timeoutMs);
      const durationMs = timedOut ? timeoutMs : elapsed();
      if (alive && !timedOut) {
        await lastOutput();
        freeze(child);
      }
      return outcomeOf(invocation.requestId, { durationMs, timedOut, timeoutMs });
    } finally {
      idleSince = cloud.clock.now();
      work.end();
      work = undefined;
    }
  }

  async function lastOutput(): Promise<void> {
    if (marks >= readers.length) return;
    await new Promise<void>((resolve) => {
      // Real time: it waits for a real pipe.
      const grace = setTimeout(resolve, OUTPUT_GRACE_MS);
      notify = () => {
        if (alive && marks < readers.length) return;
        clearTimeout(grace);
        resolve();
      };
      notify();
    });
    notify = () => {};
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
      { ...usage, maxMemoryMb: ranOutOfMemory() ? config.memoryMb : usage.maxMemoryMb },
      exitError(requestId),
    );
  }

  /** V8 aborts when its heap is full; on AWS the kernel kills the process first. */
  function ranOutOfMemory(): boolean {
    return exited?.signal === 'SIGABRT' || exited?.code === 134;
  }

  function errorOf(body: Buffer): FunctionError {
    const { errorType, errorMessage, trace } = JSON.parse(asOnAws(body.toString('utf8'))) as FunctionError;
    return { errorType, errorMessage, trace };
  }

  /** What Lambda says of a process that ended by itself or was killed. */
  function exitError(requestId: string): FunctionError {
    const { code, signal } = exited ?? { code: 1, signal: null };
    if (ranOutOfMemory()) {
      return {
        errorType: 'Runtime.OutOfMemory',
        errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
      };
    }
    const reason = signal
      ? ` with error: signal: ${signal === 'SIGKILL' ? 'killed' : signal.slice(3).toLowerCase()}`
      : code
        ? ` with error: exit status ${code}`
        : ' without providing a reason';
    return {
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited${reason}`,
    };
  }

  return environment;
}

function failed(
  usage: Omit<InvocationOutcome, 'payload' | 'error'>,
  error: FunctionError,
): InvocationOutcome {
  return { ...usage, error, payload: Buffer.from(JSON.stringify(error)) };
}

function timeoutError(requestId: string, timeoutMs: number): FunctionError {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
  };
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

/** Between invocations nothing runs: what a handler did not await does not go on.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
function freeze(child: ChildProcess): void {
  child.kill('SIGSTOP');
}

function thaw(child: ChildProcess): void {
  child.kill('SIGCONT');
}

/** Node and its code need about 40 MB beside the heap; a function has 128 MB at least. */
function heapMb(memoryMb: number): number {
  return Math.max(64, memoryMb - 40);
}

/** `YYYY/MM/DD/[version]<32 hex>`: https://docs.aws.amazon.com/lambda/latest/operatorguide/log-structure.html */
function logStreamName(version: string, id: string, at: number): string {
  const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[${version}]${id.replaceAll('-', '')}`;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function reservedVariables(
  config: EnvironmentConfig,
  { logStream, region, address, tmp }: { logStream: string; region: string; address: string; tmp: string },
): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    TMPDIR: tmp,
    HOME: tmp,
    LAMBDA_TASK_ROOT: config.taskRoot,
    AWS_LAMBDA_RUNTIME_API: address,
    _HANDLER: config.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_FUNCTION_NAME: config.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: config.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: config.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    // A learner should not see what the SDK says of this machine's Node.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
