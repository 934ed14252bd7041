import type { JournalEntry } from '../../../journal.ts';
import type { MetricStore } from '../metrics/store.ts';
import { createServiceMetrics } from './publish.ts';

/**
 * Makes AWS/ApiGateway's metrics of HTTP APIs, by API and by stage.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 */
export function createApiGatewayMetrics(metrics: MetricStore) {
  const put = createServiceMetrics(metrics, 'AWS/ApiGateway');
  return (entry: JournalEntry): void => {
    if (entry.type !== 'request') return;
    const { apiId, stage, status, durationMs, at } = entry;
    const api = { Name: 'ApiId', Value: apiId };
    const sets = stage === undefined ? [[api]] : [[api], [api, { Name: 'Stage', Value: stage }]];
    put(sets, { name: 'Count', value: 1, unit: 'Count', at });
    put(sets, { name: '4xx', value: status >= 400 && status < 500 ? 1 : 0, unit: 'Count', at });
    put(sets, { name: '5xx', value: status >= 500 ? 1 : 0, unit: 'Count', at });
    put(sets, { name: 'Latency', value: durationMs, unit: 'Milliseconds', at });
  };
}
