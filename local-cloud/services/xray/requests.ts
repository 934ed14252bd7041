import { AwsError } from '../../errors.ts';
import { isTraceId } from './document.ts';

/** A time range in epoch milliseconds; the end is not in it. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads the time range of a request.
 * @throws AwsError InvalidRequestException when it is missing, ends before it begins or is too long
 */
export function requireTimeRange(
  { StartTime, EndTime }: { StartTime: Date | undefined; EndTime: Date | undefined },
  mostHours: number,
): TimeRange {
  if (!StartTime || !EndTime) throw invalidRequest('StartTime and EndTime are required.');
  const [from, to] = [StartTime.getTime(), EndTime.getTime()];
  if (to <= from) throw invalidRequest('The end of the time range is not after its beginning.');
  if (to - from > mostHours * 3_600_000) {
    throw invalidRequest(`Time range cannot be longer than ${mostHours} hours`);
  }
  return { from, to };
}

/**
 * Reads the trace ids of a request.
 * @throws AwsError InvalidRequestException when they are missing or one is none
 */
export function requireTraceIds(ids: readonly string[] | undefined): readonly string[] {
  if (!ids) throw invalidRequest('TraceIds are required.');
  const malformed = ids.find((id) => !isTraceId(id));
  if (malformed !== undefined) throw invalidRequest(`Invalid trace id: ${malformed}`);
  return ids;
}

/** https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSummaries.html#API_GetTraceSummaries_Errors */
export function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}
