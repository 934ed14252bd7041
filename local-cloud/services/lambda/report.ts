/** A function has one vCPU at this size, and a share in proportion below.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const ONE_VCPU_MB = 1769;

/**
 * The duration that a function of this size would have: its CPU work stretched to its share of a vCPU. Cloud time does
 * not pass for the stretch: invocations that run beside it, their timeouts and all other timers would feel it. So the
 * report may name more time than lies between its log event and START, but never more than the function was given.
 * @param wallMs measured duration
 * @param cpuMs CPU time within it
 * @param timeoutMs the function's timeout, which it kept
 */
export function scaledDuration(
  { wallMs, cpuMs }: { wallMs: number; cpuMs: number },
  memoryMb: number,
  timeoutMs: number,
): number {
  const share = Math.min(1, memoryMb / ONE_VCPU_MB);
  // Helper threads (garbage collection) can use more CPU time than the invocation lasted.
  const busyMs = Math.min(cpuMs, wallMs);
  const stretchedMs = wallMs + busyMs * (1 / share - 1);
  // The answer may be read a moment after the timeout: what was measured stays.
  return Math.max(wallMs, Math.min(stretchedMs, timeoutMs));
}

export interface Report {
  requestId: string;
  durationMs: number;
  /** Of a cold start only. */
  initMs?: number;
  memoryMb: number;
  maxMemoryMb: number;
  /** Absent when all went well. */
  status?: 'timeout' | 'error';
  errorType?: string;
  /** Of an invocation that X-Ray samples. */
  trace?: { traceId: string; functionId: string };
}

/** Whole milliseconds, the initialisation included since August 2025.
 * https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/ */
export function billedDuration({ durationMs, initMs = 0 }: Pick<Report, 'durationMs' | 'initMs'>): number {
  return Math.ceil(durationMs + initMs);
}

/** The line that Lambda logs after each invocation. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
export function reportLine(report: Report): string {
  const fields = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedDuration(report)} ms`,
    `Memory Size: ${report.memoryMb} MB`,
    `Max Memory Used: ${report.maxMemoryMb} MB`,
  ];
  if (report.initMs !== undefined) fields.push(`Init Duration: ${report.initMs.toFixed(2)} ms`);
  if (report.status) fields.push(`Status: ${report.status}`);
  if (report.status === 'error' && report.errorType) fields.push(`Error Type: ${report.errorType}`);
  const line = `${fields.join('\t')}\t\n`;
  if (!report.trace) return line;
  const { traceId, functionId } = report.trace;
  return `${line.slice(0, -1)}\nXRAY TraceId: ${traceId}\tSegmentId: ${functionId}\tSampled: true\t\n`;
}
