import { describe, expect, it } from 'vitest';
import { billedDuration, reportLine, scaledDuration } from './report.ts';

describe('the duration is what the function would take at its size', () => {
  it.each([
    ['one vCPU: as measured', 1769, 100, 100, 100],
    ['more memory does not make one thread faster', 3008, 100, 100, 100],
    ['half a vCPU: the CPU work takes twice as long', 884.5, 100, 100, 200],
    ['waiting takes no longer', 884.5, 100, 0, 100],
    ['both', 884.5, 100, 40, 140],
    ['CPU time of helper threads does not count beyond the duration', 884.5, 100, 300, 200],
  ])('is scaled by memory: %s', (_what, memoryMb, wallMs, cpuMs, expected) => {
    expect(scaledDuration({ wallMs, cpuMs }, memoryMb, 3000)).toBeCloseTo(expected);
  });

  it('is not beyond the timeout that the function kept', () => {
    expect(scaledDuration({ wallMs: 600, cpuMs: 500 }, 128, 3000)).toBe(3000);
  });

  it('is never less than what was measured', () => {
    expect(scaledDuration({ wallMs: 3000.4, cpuMs: 500 }, 128, 3000)).toBe(3000.4);
  });
});

describe('the bill', () => {
  it('is rounded up to whole milliseconds', () => {
    expect(billedDuration({ durationMs: 3.01 })).toBe(4);
  });

  it('includes the init phase', () => {
    expect(billedDuration({ durationMs: 3.01, initMs: 110.1 })).toBe(114);
  });
});

describe('the REPORT line', () => {
  const report = { requestId: 'r-1', durationMs: 3.014, memoryMb: 128, maxMemoryMb: 36 };

  it('of a warm invocation', () => {
    expect(reportLine(report)).toBe(
      'REPORT RequestId: r-1\tDuration: 3.01 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\t\n',
    );
  });

  it('of a cold start', () => {
    expect(reportLine({ ...report, initMs: 110.1 })).toMatch(
      /\tMax Memory Used: 36 MB\tInit Duration: 110\.10 ms\t\n$/,
    );
  });

  it('of a crash', () => {
    expect(reportLine({ ...report, status: 'error', errorType: 'Runtime.ExitError' })).toMatch(
      /\tStatus: error\tError Type: Runtime\.ExitError\t\n$/,
    );
  });
});
