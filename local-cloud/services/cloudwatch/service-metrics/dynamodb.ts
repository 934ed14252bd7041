import type { JournalEntry } from '../../../journal.ts';
import type { MetricStore } from '../metrics/store.ts';
import { createServiceMetrics } from './publish.ts';

const THROTTLES = ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'];
const SYSTEM_ERRORS = ['InternalServerError', 'ServiceUnavailable', 'InternalFailure'];

/**
 * Makes AWS/DynamoDB's metrics by table: consumed capacity, throttles, errors, latency.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */
export function createDynamoDbMetrics(metrics: MetricStore) {
  const put = createServiceMetrics(metrics, 'AWS/DynamoDB');

  function called({
    operation,
    resources,
    error,
    durationMs,
    at,
  }: Extract<JournalEntry, { type: 'call' }>): void {
    const tables = new Set(resources.map(tableName).filter((name) => name !== undefined));
    const byTable = [...tables].map((Value) => [{ Name: 'TableName', Value }]);
    const byOperation = byTable.map((table) => [...table, { Name: 'Operation', Value: operation }]);
    const once = { value: 1, unit: 'Count', at };
    if (error === undefined) {
      put(byOperation, { name: 'SuccessfulRequestLatency', value: durationMs, unit: 'Milliseconds', at });
    } else if (THROTTLES.includes(error)) put(byOperation, { ...once, name: 'ThrottledRequests' });
    else if (SYSTEM_ERRORS.includes(error)) put(byOperation, { ...once, name: 'SystemErrors' });
    else if (error === 'ConditionalCheckFailedException') {
      put(byTable, { ...once, name: 'ConditionalCheckFailedRequests' });
    } else put([[]], { ...once, name: 'UserErrors' });
  }

  return (entry: JournalEntry): void => {
    if (entry.type === 'call' && entry.service === 'dynamodb') called(entry);
    if (entry.type === 'expiry') {
      const { resource, count: value, at } = entry;
      const dimensions = [{ Name: 'TableName', Value: tableName(resource) ?? '' }];
      put([dimensions], { name: 'TimeToLiveDeletedItemCount', value, unit: 'Count', at });
    }
    if (entry.type !== 'cost') return;
    const { unit, resource, amount: value, at } = entry;
    if (unit !== 'read-unit' && unit !== 'write-unit') return;
    const name = unit === 'read-unit' ? 'ConsumedReadCapacityUnits' : 'ConsumedWriteCapacityUnits';
    const Value = tableName(resource);
    if (Value) put([[{ Name: 'TableName', Value }]], { name, value, unit: 'Count', at });
  };
}

/** From an ARN of a table or one of its indexes. */
function tableName(arn: string): string | undefined {
  return /:table\/([^/]+)/.exec(arn)?.[1];
}
