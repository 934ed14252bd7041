import type {
  AlarmHistoryItem,
  DescribeAlarmHistoryInput,
  DescribeAlarmHistoryOutput,
  HistoryItemType,
} from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../../clock.ts';
import { validationError } from '../errors.ts';
import { pageOf } from '../paging.ts';

/** What happened to alarms, those that are gone included. */
export type AlarmHistory = ReturnType<typeof createAlarmHistory>;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html */
const KEPT_MS = 30 * 24 * 3_600_000;
const LARGEST_PAGE = 100;

/** More is not held in memory. */
const MOST_ITEMS = 5000;

export function createAlarmHistory(clock: Clock) {
  let items: (AlarmHistoryItem & { Timestamp: Date })[] = [];

  return {
    record(AlarmName: string, HistoryItemType: HistoryItemType, HistorySummary: string, data: object): void {
      const Timestamp = new Date(clock.now());
      items.push({
        AlarmName,
        AlarmType: 'MetricAlarm',
        Timestamp,
        HistoryItemType,
        HistorySummary,
        HistoryData: JSON.stringify(data),
      });
      if (items.length > 2 * MOST_ITEMS) items = items.slice(-MOST_ITEMS);
    },

    describe(input: DescribeAlarmHistoryInput): DescribeAlarmHistoryOutput {
      const { AlarmName, AlarmTypes, HistoryItemType, StartDate, EndDate, NextToken, ScanBy } = input;
      const from = Math.max(clock.now() - KEPT_MS, StartDate ? new Date(StartDate).getTime() : 0);
      const to = EndDate ? new Date(EndDate).getTime() : Number.POSITIVE_INFINITY;
      const found = items
        .filter(({ Timestamp }) => Timestamp.getTime() >= from && Timestamp.getTime() <= to)
        .filter((item) => AlarmName === undefined || item.AlarmName === AlarmName)
        .filter((item) => HistoryItemType === undefined || item.HistoryItemType === HistoryItemType)
        .filter(() => !AlarmTypes?.length || AlarmTypes.includes('MetricAlarm'));
      const ordered = ScanBy === 'TimestampAscending' ? found : found.toReversed();
      const { page, nextToken } = pageOf(ordered, NextToken, pageSize(input.MaxRecords, LARGEST_PAGE));
      return { AlarmHistoryItems: [...page], ...(nextToken && { NextToken: nextToken }) };
    },
  };
}

/** @throws ValidationError */
export function pageSize(given: number | undefined, usual: number): number {
  if (given !== undefined && (given < 1 || given > LARGEST_PAGE)) {
    throw validationError(`The parameter MaxRecords must be between 1 and ${LARGEST_PAGE}.`);
  }
  return given ?? usual;
}
