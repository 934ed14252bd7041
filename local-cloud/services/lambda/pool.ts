import type { Timer } from '../../clock.ts';
import type { Invocations } from '../../faults.ts';
import type { CredentialStore } from '../../iam/credentials.ts';
import type { Cloud, Guarded } from '../../service.ts';
import type { LogsOperations } from '../logs/index.ts';
import {
  type Environment,
  type EnvironmentConfig,
  type InvocationOutcome,
  removeFolder,
  startEnvironment,
} from './environment.ts';
import type { FunctionError } from './function-error.ts';
import { createInvocationLog, type InvocationLog } from './invocation-log.ts';
import { createLogWriter } from './log-writer.ts';
import { createProvision, type Provision } from './provision.ts';
import { createSlots } from './slots.ts';
import type { Spares } from './spares.ts';
import type { InvocationTimes, InvocationTrace, Tracing } from './tracing.ts';
import { watchdogOfThisProcess } from './watchdog.ts';

/** One invocation to run. */
export interface PoolRequest {
  config: EnvironmentConfig;
  timeoutSeconds: number;
  requestId: string;
  event: Uint8Array;
  functionArn: string;
  invocationType: 'RequestResponse' | 'Event' | 'event-source-mapping';
  clientContext?: string;
  traceHeader: string;
  /** Absent when X-Ray does not sample it. */
  trace?: InvocationTrace;
}

export interface PoolResult {
  payload: Buffer;
  error?: FunctionError;
  /** The last 4 KB of what the invocation logged, with START, END and REPORT. */
  log: string;
  times: InvocationTimes;
}

/** The execution environments of the account, by function. */
export interface Pool {
  invoke(request: PoolRequest): Promise<PoolResult>;
  /** How many invocations are under way and have ended, by function. */
  invocations(): ReadonlyMap<string, Invocations>;
  /** Ends a function's environments: those under way too. */
  kill(functionName: string, reason: string): void;
  /**
   * Lets no environment of the function be used again: its code or configuration has changed, or it is gone.
   * @param version of this version only
   */
  retire(functionName: string, version?: string): void;
  /** Keeps so many environments of a version initialised before they are needed. */
  provision(config: EnvironmentConfig, timeoutSeconds: number, count: number): Provision;
  /** Whether the next invocation of a version would run in an environment that was provisioned. */
  hasProvisioned(config: EnvironmentConfig): boolean;
  /** Ends all environments and waits until their processes are gone. */
  stop(): Promise<void>;
}

interface Member {
  environment: Environment;
  log: InvocationLog;
  busy: boolean;
  retired: boolean;
  /** Ends it when nobody has used it for long. */
  expiry?: Timer;
  /** Told when it has ended; only of an environment that was initialised ahead. */
  onProvisionedEnd?: () => void;
}

/** The limit of the init phase. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
export const INIT_LIMIT_MS = 10_000;

/** With provisioned concurrency it is this or the function's timeout, whichever is higher. Same page. */
const PROVISIONED_INIT_LIMIT_MS = 130_000;

/** AWS ends idle environments after some minutes, busy ones after some hours, and does not say how many. */
const IDLE_MS = 10 * 60 * 1000;
const LONGEST_LIFE_MS = 6 * 3600 * 1000;

/** New processes at the same instant: more would only take the processors from each other. */
const STARTING_AT_ONCE = 4;

/** 6 MB, with room for the envelope. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LARGEST_RESPONSE_BYTES = 6_291_556;

/**
 * Makes an empty pool.
 * @param initLimitMs how long an environment may take to load its handler; tests give less
 * @param spares processes that have started already
 */
export function createPool(
  cloud: Cloud,
  logs: Guarded<LogsOperations>,
  credentials: CredentialStore,
  tracing: Tracing,
  initLimitMs: number,
  spares?: Spares,
): Pool {
  const members = new Map<string, Set<Member>>();
  /** What environments that failed left in their `/tmp`, by what they were made for. */
  const leftovers = new Map<string, string[]>();
  const counts = new Map<string, Invocations>();
  const startSlot = createSlots(STARTING_AT_ONCE);
  let stopped = false;

  function of(functionName: string): Set<Member> {
    let set = members.get(functionName);
    if (!set) {
      set = new Set();
      members.set(functionName, set);
    }
    return set;
  }

  function leave({ deploymentId }: EnvironmentConfig, folder: string): void {
    if (stopped) removeFolder(folder);
    else leftovers.set(deploymentId, [...(leftovers.get(deploymentId) ?? []), folder]);
  }

  /** Provisioned environments come first; of the others, the one used last is the warmest. */
  function idleOf({ functionName, deploymentId }: EnvironmentConfig): Member | undefined {
    let best: Member | undefined;
    for (const member of of(functionName)) {
      const { environment } = member;
      if (member.busy || member.retired || !environment.usable) continue;
      if (environment.config.deploymentId !== deploymentId) continue;
      if (environment.startedAt + LONGEST_LIFE_MS <= cloud.clock.now()) environment.kill('age');
      else if (!best || isBetter(member, best)) best = member;
    }
    return best;
  }

  async function start(config: EnvironmentConfig): Promise<Member> {
    const daemonAddress = await tracing.daemonAddress();
    if (stopped) throw new Error('The account is closed.');
    const environment = startEnvironment(config, {
      cloud,
      credentials,
      daemonAddress,
      watchdog: watchdogOfThisProcess(),
      spares,
      inherited: leftovers.get(config.deploymentId)?.shift(),
      onLog: (text) => member.log.write(text),
      onEnd: (reason, left) => {
        if (left !== undefined) leave(config, left);
        of(config.functionName).delete(member);
        member.expiry?.cancel();
        member.onProvisionedEnd?.();
        const { functionName } = config;
        cloud.journal.record({
          type: 'environment-end',
          functionName,
          environmentId: environment.id,
          reason,
        });
      },
    });
    const { logging, roleArn, functionName } = config;
    const { logStream } = environment;
    const writer = createLogWriter(cloud, logs, {
      logGroup: logging.group,
      logStream,
      roleArn,
      functionName,
    });
    const member: Member = {
      environment,
      log: createInvocationLog(cloud, environment, writer),
      busy: true,
      retired: false,
    };
    of(functionName).add(member);
    return member;
  }

  /**
   * A new environment with its handler loaded. When the init phase takes too long, Lambda does it once more, within
   * the function's own timeout.
   */
  async function coldStart({ config, requestId, timeoutSeconds }: PoolRequest) {
    const release = await startSlot();
    try {
      const first = await start(config);
      first.log.initStart();
      const init = await first.environment.init(initLimitMs, requestId);
      void first.log.initEnd(init);
      if (!init.timedOut) return { member: first, initMs: init.durationMs, error: init.error };
      const again = await start(config);
      const second = await again.environment.init(timeoutSeconds * 1000, requestId);
      return { member: again, initMs: second.durationMs, error: second.error };
    } finally {
      release();
    }
  }

  /** An environment with its handler loaded before there is anything to do; undefined when it does not load. */
  async function startAhead(config: EnvironmentConfig, timeoutSeconds: number, onEnd: () => void) {
    const work = cloud.clock.begin();
    const release = await startSlot();
    try {
      const member = await start(config);
      member.onProvisionedEnd = onEnd;
      member.log.initStart();
      const limitMs = Math.max(PROVISIONED_INIT_LIMIT_MS, timeoutSeconds * 1000);
      const init = await member.environment.init(limitMs, cloud.uuid());
      await member.log.initEnd(init);
      if (init.error) {
        member.environment.kill('init failed');
        return undefined;
      }
      member.busy = false;
      return { retire: () => retireMember(member) };
    } finally {
      release();
      work.end();
    }
  }

  function retireMember(member: Member): void {
    member.retired = true;
    if (!member.busy) member.environment.kill('retired');
  }

  async function takeNew(request: PoolRequest) {
    const cold = await coldStart(request);
    const { member, initMs } = cold;
    cloud.journal.record({
      type: 'cold-start',
      functionName: request.config.functionName,
      environmentId: member.environment.id,
      initMs,
    });
    return cold;
  }

  async function invoke(request: PoolRequest): Promise<PoolResult> {
    const work = cloud.clock.begin();
    const startedAt = cloud.clock.now();
    count(request.config.functionName, 1, 0);
    try {
      const idle = idleOf(request.config);
      if (idle) {
        idle.busy = true;
        idle.expiry?.cancel();
      }
      const { member, initMs, error } = idle
        ? { member: idle, initMs: undefined, error: undefined }
        : await takeNew(request);
      member.log.start(request);
      const handlerAt = cloud.clock.now();
      const outcome = error ? failedInit(error) : await work.suspend(() => run(member, request));
      const handlerEndedAt = cloud.clock.now();
      const limited = limitResponse(outcome);
      const log = await member.log.end(request, limited, initMs);
      putBack(request.config.functionName, member);
      const times = { startedAt, initMs, handlerAt, handlerEndedAt, endedAt: cloud.clock.now() };
      return { payload: limited.payload, error: limited.error, log, times };
    } finally {
      count(request.config.functionName, -1, 1);
      work.end();
    }
  }

  function count(functionName: string, begun: number, ended: number): void {
    const before = counts.get(functionName) ?? { underWay: 0, ended: 0 };
    counts.set(functionName, { underWay: before.underWay + begun, ended: before.ended + ended });
  }

  /** The environment itself holds the clock meanwhile, so that a long poll in the handler can set it aside. */
  function run({ environment }: Member, request: PoolRequest): Promise<InvocationOutcome> {
    const timeoutMs = request.timeoutSeconds * 1000;
    const { requestId, event, functionArn, clientContext, traceHeader } = request;
    return environment.invoke(
      {
        requestId,
        event,
        deadlineMs: cloud.clock.now() + timeoutMs,
        functionArn,
        clientContext,
        traceHeader,
      },
      timeoutMs,
    );
  }

  function putBack(functionName: string, member: Member): void {
    const { environment } = member;
    member.busy = false;
    if (member.retired) {
      environment.kill('retired');
      return;
    }
    if (member.onProvisionedEnd) return;
    if (!of(functionName).has(member)) return;
    // An idle process costs memory until the account closes: end it, but that is no reason for time to jump.
    member.expiry = cloud.clock.schedule(environment.idleSince + IDLE_MS, 'housekeeping', () =>
      environment.kill('idle'),
    );
  }

  return {
    invoke,
    invocations: () => new Map(counts),
    kill(functionName, reason) {
      for (const { environment } of of(functionName)) environment.kill(reason);
    },
    retire(functionName, version) {
      for (const member of of(functionName)) {
        if (version === undefined || member.environment.config.version === version) retireMember(member);
      }
    },
    provision(config, timeoutSeconds, count) {
      const ahead: EnvironmentConfig = { ...config, initializationType: 'provisioned-concurrency' };
      return createProvision(count, (onEnd) => startAhead(ahead, timeoutSeconds, onEnd));
    },
    hasProvisioned: (config) => idleOf(config)?.onProvisionedEnd !== undefined,
    async stop() {
      stopped = true;
      const environments = [...members.values()]
        .flatMap((set) => [...set])
        .map((member) => member.environment);
      for (const environment of environments) environment.kill('account closed');
      await Promise.all(environments.map(({ ended }) => ended));
      for (const folder of [...leftovers.values()].flat()) removeFolder(folder);
      await tracing.close();
    },
  };
}

function isBetter(member: Member, best: Member): boolean {
  const isProvisioned = member.onProvisionedEnd !== undefined;
  if (isProvisioned !== (best.onProvisionedEnd !== undefined)) return isProvisioned;
  return member.environment.idleSince > best.environment.idleSince;
}

function failedInit(error: FunctionError): InvocationOutcome {
  return {
    payload: Buffer.from(JSON.stringify(error)),
    error,
    durationMs: 0,
    cpuMs: 0,
    maxMemoryMb: 0,
    timedOut: error.errorType === 'Sandbox.Timedout',
  };
}

function limitResponse(outcome: InvocationOutcome): InvocationOutcome {
  if (outcome.payload.length <= LARGEST_RESPONSE_BYTES) return outcome;
  const error = {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${LARGEST_RESPONSE_BYTES} bytes).`,
  };
  return { ...outcome, error, payload: Buffer.from(JSON.stringify(error)) };
}
