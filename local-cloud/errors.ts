/**
 * An error as AWS answers it: `name` is the code, `status` the HTTP status, `members` what else the error's
 * shape carries (for example `Reason`, `Item`, `CancellationReasons`).
 */
export class AwsError extends Error {
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    { status = 400, members = {} }: { status?: number; members?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message);
    this.name = code;
    this.status = status;
    this.members = members;
  }

  /** Whose fault it is, in the terms of AWS's error shapes. */
  get fault(): 'client' | 'server' {
    return this.status >= 500 ? 'server' : 'client';
  }
}

/** The refusal of something that AWS has and this account has not. Never retried by the SDKs (status 400). */
export function notSupported(what: string): AwsError {
  return new AwsError('UnsupportedOperation', `${what} is not supported by the local cloud.`);
}
