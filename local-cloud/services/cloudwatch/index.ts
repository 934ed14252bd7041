import type { Cloud, Service } from '../../service.ts';
import type { QueueDepth, SqsOperations } from '../sqs/index.ts';
import { createAlarms } from './alarms/alarms.ts';
import { createAlarmHistory } from './alarms/history.ts';
import { createAlarmOperations } from './alarms/operations.ts';
import { createTransitions, type TransitionDependencies } from './alarms/transition.ts';
import { embeddedMetrics } from './emf.ts';
import { createMetricOperations } from './metrics/operations.ts';
import { createMetricStore, type Sample } from './metrics/store.ts';
import { createPermissions } from './permissions.ts';
import { createApiGatewayMetrics } from './service-metrics/api-gateway.ts';
import { createDynamoDbMetrics } from './service-metrics/dynamodb.ts';
import { createLambdaMetrics } from './service-metrics/lambda.ts';
import { createSqsMetrics } from './service-metrics/sqs.ts';
import { createTicker } from './ticker.ts';

export type CloudWatchOperations = ReturnType<typeof createMetricOperations> &
  ReturnType<typeof createAlarmOperations>;

/** What CloudWatch offers the account's other services. */
export interface CloudWatch extends Service<CloudWatchOperations> {
  /** Puts a sample of a metric, for services that make metrics themselves. */
  put(sample: Sample): void;
  /** SQS with its calls counted; `depths` says what the queues hold. */
  counted(sqs: Service<SqsOperations>, depths: () => readonly QueueDepth[]): Service<SqsOperations>;
}

/**
 * Makes the account's CloudWatch: metrics, which the account's services send too, and alarms on single metrics. Metric
 * math, anomaly detection, composite alarms, dashboards and metric streams are not among what it does.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html
 */
export function createCloudWatch(cloud: Cloud, dependencies: TransitionDependencies): CloudWatch {
  const { clock, journal } = cloud;
  const metrics = createMetricStore(clock);
  const wake = () => ticker.wake();
  const sqs = createSqsMetrics(clock, metrics, wake);
  const history = createAlarmHistory(clock);
  const alarms = createAlarms(cloud, metrics, createTransitions(cloud, history, dependencies), wake);
  // What is measured comes before the alarms that look at it.
  const ticker = createTicker(clock, [sqs.task, ...alarms.tasks]);
  const observers = [
    createLambdaMetrics(metrics),
    createApiGatewayMetrics(metrics),
    createDynamoDbMetrics(metrics),
  ];
  journal.subscribe((entry) => {
    if (entry.type === 'log') {
      for (const sample of embeddedMetrics(entry.message, clock.now())) metrics.put(sample);
    } else {
      for (const observe of observers) observe(entry);
    }
  });
  return {
    name: 'cloudwatch',
    operations: { ...createMetricOperations(cloud, metrics), ...createAlarmOperations(alarms, history) },
    permissions: createPermissions(cloud),
    accessDenied: { code: 'AccessDenied', status: 403 },
    put: metrics.put,
    counted: sqs.counted,
  };
}
