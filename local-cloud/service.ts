import type { Clock, Work } from './clock.ts';
import type { Journal } from './journal.ts';

/** Who calls. `policies` is what identity-based policies grant; it is looked up when the call is made. */
export type Principal =
  | { type: 'account'; arn: string; accountId: string }
  | { type: 'role'; arn: string; accountId: string; roleArn: string; sessionName: string }
  | { type: 'service'; arn: string; accountId: string; service: string; sourceArn?: string };

/** What comes with an operation besides its input. */
export interface Call {
  readonly principal: Principal;
  readonly requestId: string;
  /** Aborted when the client has gone away; a long poll then ends without taking anything. */
  readonly signal: AbortSignal;
  /** The caller's work on the clock; an operation that only waits sets it aside. */
  readonly work?: Work;
  /** `true` for the account's own pollers: time never jumps for their sake. */
  readonly background?: boolean;
  /** X-Ray trace header of the caller (`X-Amzn-Trace-Id`). */
  readonly traceHeader?: string;
  readonly sourceIp?: string;
  readonly userAgent?: string;
}

export type Operation<Input, Output> = (input: Input, call: Call) => Output | Promise<Output>;

/** What a caller must be allowed to do for one call. */
export interface Permission {
  /** For example `sqs:SendMessage`. */
  action: string;
  /** The resource's ARN, or `*`. */
  resource: string;
  /** Policy document on the resource itself, as JSON, where there is one. */
  resourcePolicy?: string;
  /** Condition keys of the service itself, lower-case: `s3:prefix` … */
  context?: Readonly<Record<string, string>>;
}

/** A service's operations as the rest of the account calls them: guarded, so always with a call and a promise. */
export type Guarded<Ops> = {
  readonly [Name in keyof Ops]: Ops[Name] extends (input: infer Input, ...call: never[]) => infer Output
    ? (input: Input, call: Call) => Promise<Awaited<Output>>
    : never;
};

/** The permissions that each operation needs, worked out from its input before it runs. */
export type Permissions<Ops> = {
  readonly [Name in keyof Ops]: Ops[Name] extends Operation<infer Input, unknown>
    ? (input: Input, call: Call) => readonly Permission[]
    : never;
};

/** A service: what it is called on the wire, what it can do, and what each operation needs. */
export interface Service<Ops> {
  /** Signing name, also the prefix of journal entries and faults: `sqs`, `dynamodb`, `lambda` … */
  readonly name: string;
  readonly operations: Ops;
  readonly permissions: Permissions<Ops>;
  /** Code and HTTP status with which this service answers a denial. */
  readonly accessDenied: { readonly code: string; readonly status: number };
  /** Ends what the service has under way (processes, pollers). */
  stop?(): Promise<void>;
}

/** What every service is given: the account's shared parts. */
export interface Cloud {
  readonly accountId: string;
  readonly region: string;
  readonly partition: 'aws';
  readonly clock: Clock;
  readonly journal: Journal;
  /** Seeded random numbers in [0, 1); the same seed gives the same order of decisions. */
  random(): number;
  /** A random UUID from the same seed. */
  uuid(): string;
  /** Base URL at which clients reach this account, without a trailing slash. */
  endpoint(): string;
  /** Folder for temporary files; removed when the account is closed. */
  readonly scratch: string;
}

/** The ARN of a resource in this account: `arn:aws:<service>:<region>:<account>:<resource>`. */
export function arnOf(cloud: Cloud, service: string, resource: string): string {
  const region = service === 'iam' ? '' : cloud.region;
  return `arn:${cloud.partition}:${service}:${region}:${cloud.accountId}:${resource}`;
}
