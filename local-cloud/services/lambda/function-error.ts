/** An error as the runtime tells it. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: readonly string[];
}

/** How a process ended. */
export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * What Lambda says of a function that ran out of time.
 * https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
 */
export function timeoutError(requestId: string, timeoutMs: number): FunctionError {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
  };
}

/** V8 aborts when its heap is full; on AWS the kernel kills the process first. */
export function ranOutOfMemory(exit: ProcessExit | undefined): boolean {
  return exit?.signal === 'SIGABRT' || exit?.code === 134;
}

/** What Lambda says of a process that ended by itself or was killed. */
export function exitError(requestId: string, exit: ProcessExit | undefined): FunctionError {
  if (ranOutOfMemory(exit)) {
    return {
      errorType: 'Runtime.OutOfMemory',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
    };
  }
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited${reasonOf(exit)}`,
  };
}

function reasonOf(exit: ProcessExit | undefined): string {
  const { code, signal } = exit ?? { code: 1, signal: null };
  if (signal)
    return ` with error: signal: ${signal === 'SIGKILL' ? 'killed' : signal.slice(3).toLowerCase()}`;
  return code ? ` with error: exit status ${code}` : ' without providing a reason';
}
