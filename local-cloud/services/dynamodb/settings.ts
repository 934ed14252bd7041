import type {
  ContinuousBackupsDescription,
  DescribeContinuousBackupsInput,
  DescribeContinuousBackupsOutput,
  DescribeEndpointsRequest,
  DescribeEndpointsResponse,
  DescribeLimitsInput,
  DescribeLimitsOutput,
  DescribeTimeToLiveInput,
  DescribeTimeToLiveOutput,
  UpdateContinuousBackupsInput,
  UpdateContinuousBackupsOutput,
  UpdateTimeToLiveInput,
  UpdateTimeToLiveOutput,
} from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../service.ts';
import { createConstraints, requiredTableName } from './constraints.ts';
import { validationError } from './errors.ts';
import { removeItem, type Table } from './storage/table.ts';
import type { Tables } from './tables.ts';

export interface SettingsOperations {
  DescribeTimeToLive(input: DescribeTimeToLiveInput): DescribeTimeToLiveOutput;
  UpdateTimeToLive(input: UpdateTimeToLiveInput): UpdateTimeToLiveOutput;
  DescribeContinuousBackups(input: DescribeContinuousBackupsInput): DescribeContinuousBackupsOutput;
  UpdateContinuousBackups(input: UpdateContinuousBackupsInput): UpdateContinuousBackupsOutput;
  DescribeEndpoints(input: DescribeEndpointsRequest): DescribeEndpointsResponse;
  DescribeLimits(input: DescribeLimitsInput): DescribeLimitsOutput;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html */
const TTL_CHANGE_INTERVAL_MS = 60 * 60 * 1000;
/** Older than five years is taken for a mistake. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html */
const TTL_OLDEST_SECONDS = 5 * 365 * 24 * 60 * 60;

export function createSettingsOperations(cloud: Cloud, tables: Tables): SettingsOperations {
  const { clock } = cloud;
  return {
    DescribeTimeToLive(input) {
      const { timeToLive } = tables.named(requiredTableName(input.TableName));
      return {
        TimeToLiveDescription: timeToLive?.enabled
          ? { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive.attribute }
          : { TimeToLiveStatus: 'DISABLED' },
      };
    },

    UpdateTimeToLive(input) {
      const name = requiredTableName(input.TableName);
      const specification = input.TimeToLiveSpecification;
      const constraints = createConstraints();
      constraints.notNull('timeToLiveSpecification', specification);
      if (specification) {
        constraints.notNull('timeToLiveSpecification.enabled', specification.Enabled);
        constraints.notNull('timeToLiveSpecification.attributeName', specification.AttributeName);
        constraints.length('timeToLiveSpecification.attributeName', specification.AttributeName, 1, 255);
      }
      constraints.end();
      const attribute = specification?.AttributeName ?? '';
      const enabled = specification?.Enabled ?? false;
      changeTimeToLive(tables.named(name), attribute, enabled, clock.now());
      return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled } };
    },

    DescribeContinuousBackups(input) {
      const table = tables.named(requiredTableName(input.TableName));
      return { ContinuousBackupsDescription: describeBackups(table, clock.now()) };
    },

    UpdateContinuousBackups(input) {
      const name = requiredTableName(input.TableName);
      const specification = input.PointInTimeRecoverySpecification;
      const days = specification?.RecoveryPeriodInDays;
      const constraints = createConstraints();
      constraints.notNull('pointInTimeRecoverySpecification', specification);
      constraints.between('pointInTimeRecoverySpecification.recoveryPeriodInDays', days, 1, 35);
      constraints.end();
      const table = tables.named(name);
      const enabled = specification?.PointInTimeRecoveryEnabled ?? false;
      const since = table.pointInTimeRecovery.since ?? clock.now();
      table.pointInTimeRecovery = { enabled, since: enabled ? since : undefined, days: days ?? 35 };
      return { ContinuousBackupsDescription: describeBackups(table, clock.now()) };
    },

    DescribeEndpoints: () => ({
      Endpoints: [{ Address: new URL(cloud.endpoint()).host, CachePeriodInMinutes: 1440 }],
    }),

    /** Default quotas. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
    DescribeLimits: () => ({
      AccountMaxReadCapacityUnits: 80_000,
      AccountMaxWriteCapacityUnits: 80_000,
      TableMaxReadCapacityUnits: 40_000,
      TableMaxWriteCapacityUnits: 40_000,
    }),
  };
}

/**
 * Deletes the items of a table whose time to live has passed. AWS does so within about two days; until then
 * they are read like others. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html
 * @param now cloud time in epoch milliseconds
 * @returns how many items were deleted; deletion by time to live costs nothing
 */
export function sweepTable(table: Table, now: number): number {
  if (!table.timeToLive?.enabled) return 0;
  const { attribute } = table.timeToLive;
  const seconds = Math.floor(now / 1000);
  const expired = [...table.entries.range('', '\uffff')].filter(({ item }) => {
    const text = item[attribute]?.N;
    if (text === undefined) return false;
    const expiry = Number(text);
    return expiry < seconds && expiry >= seconds - TTL_OLDEST_SECONDS;
  });
  for (const entry of expired) removeItem(table, entry);
  return expired.length;
}

function changeTimeToLive(table: Table, attribute: string, enabled: boolean, now: number): void {
  const current = table.timeToLive;
  const isEnabled = current?.enabled ?? false;
  if (enabled && current?.enabled && current.attribute !== attribute) {
    throw validationError(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${current.attribute}`,
    );
  }
  if (enabled === isEnabled)
    throw validationError(`TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
  if (current && now - current.changedAt < TTL_CHANGE_INTERVAL_MS) {
    throw validationError('Time to live has been modified multiple times within a fixed interval');
  }
  table.timeToLive = { attribute, enabled, changedAt: now };
}

function describeBackups(
  { pointInTimeRecovery: { enabled, since, days } }: Table,
  now: number,
): ContinuousBackupsDescription {
  return {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: enabled ? 'ENABLED' : 'DISABLED',
      ...(enabled &&
        since !== undefined && {
          RecoveryPeriodInDays: days,
          EarliestRestorableDateTime: new Date(Math.max(since, now - days * 24 * 60 * 60 * 1000)),
          LatestRestorableDateTime: new Date(Math.max(since, now - 5 * 60 * 1000)),
        }),
    },
  };
}
