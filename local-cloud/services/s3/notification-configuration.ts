import type { NotificationConfiguration, NotificationConfigurationFilter } from '@aws-sdk/client-s3';
import { notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import { invalidArgument, malformedXml } from './errors.ts';
import { EVENT_NAMES } from './events.ts';

/** One notification of a bucket: which events of which keys go where. */
export interface Notification {
  readonly id: string;
  readonly kind: 'queue' | 'function';
  readonly arn: string;
  /** For example `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

const POSSIBLE: ReadonlySet<string> = new Set([
  ...EVENT_NAMES.map((name) => `s3:${name}`),
  's3:ObjectCreated:*',
  // A browser's form cannot upload here, so it never happens; it comes with what CDK's users write out.
  's3:ObjectCreated:Post',
  's3:ObjectRemoved:*',
  's3:ObjectTagging:*',
  's3:TestEvent',
]);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
const ELSEWHERE =
  /^s3:(ReducedRedundancyLostObject|ObjectRestore:|Replication:|LifecycleExpiration:|LifecycleTransition|IntelligentTiering|ObjectAcl:Put|ObjectAnnotation:)/;

/**
 * Reads a bucket's notifications.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 * @throws InvalidArgument in AWS's words; UnsupportedOperation for topics
 */
export function readNotifications(
  { region, accountId }: Cloud,
  {
    QueueConfigurations = [],
    LambdaFunctionConfigurations = [],
    TopicConfigurations = [],
  }: NotificationConfiguration,
): Notification[] {
  if (TopicConfigurations.length > 0) throw notSupported("S3's notifications to SNS topics");
  const notifications = [
    ...QueueConfigurations.map(({ Id = '', QueueArn = '', Events, Filter }): Notification => {
      checkArn('Queue', QueueArn, /^arn:aws:sqs:([a-z0-9-]+):(\d{12}):[\w.-]+$/, region, accountId);
      return { id: Id, kind: 'queue', arn: QueueArn, events: readEvents(Events), ...readFilter(Filter) };
    }),
    ...LambdaFunctionConfigurations.map(
      ({ Id = '', LambdaFunctionArn = '', Events, Filter }): Notification => {
        checkArn(
          'CloudFunction',
          LambdaFunctionArn,
          /^arn:aws:lambda:([a-z0-9-]+):(\d{12}):function:[\w$.:-]+$/,
          region,
          accountId,
        );
        return {
          id: Id,
          kind: 'function',
          arn: LambdaFunctionArn,
          events: readEvents(Events),
          ...readFilter(Filter),
        };
      },
    ),
  ];
  const ids = new Set(notifications.map(({ id }) => id));
  if (ids.size < notifications.length) {
    throw invalidArgument(
      'Same ID used for multiple configurations. IDs must be unique across all configurations',
    );
  }
  refuseOverlaps(notifications);
  return notifications;
}

/** Whether a notification is about such an event of such a key. @param event for example `ObjectCreated:Put` */
export function concerns({ events, prefix, suffix }: Notification, event: string, key: string): boolean {
  return (
    key.startsWith(prefix) && key.endsWith(suffix) && events.some((pattern) => covers(pattern, `s3:${event}`))
  );
}

function covers(pattern: string, event: string): boolean {
  return pattern.endsWith('*') ? event.startsWith(pattern.slice(0, -1)) : pattern === event;
}

function checkArn(element: string, arn: string, form: RegExp, region: string, accountId: string): void {
  const [, itsRegion, itsAccount] = form.exec(arn) ?? [];
  if (!itsRegion) throw invalidArgument('The ARN could not be parsed', element, arn);
  if (itsRegion !== region) {
    throw invalidArgument(
      'The notification destination service region is not valid for the bucket location constraint',
    );
  }
  if (itsAccount !== accountId) throw notSupported("S3's notifications to another account");
}

function readEvents(events: readonly string[] | undefined): readonly string[] {
  if (!events || events.length === 0) throw malformedXml();
  for (const event of events) {
    if (POSSIBLE.has(event)) continue;
    if (ELSEWHERE.test(event)) throw notSupported(`S3's event ${event}`);
    throw invalidArgument(
      'The event is not supported for notifications',
      event,
      'The event is not supported for notifications',
    );
  }
  return events;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html */
function readFilter(filter: NotificationConfigurationFilter | undefined): { prefix: string; suffix: string } {
  const found: { prefix?: string; suffix?: string } = {};
  for (const { Name, Value = '' } of filter?.Key?.FilterRules ?? []) {
    const name = Name?.toLowerCase();
    if (name !== 'prefix' && name !== 'suffix') {
      throw invalidArgument('filter rule name must be either prefix or suffix', 'FilterRule.Name', Name);
    }
    if (found[name] !== undefined) {
      throw invalidArgument(
        `Cannot specify more than one ${name} rule in a filter.`,
        'FilterRule.Name',
        Name,
      );
    }
    found[name] = Value;
  }
  return { prefix: found.prefix ?? '', suffix: found.suffix ?? '' };
}

function refuseOverlaps(notifications: readonly Notification[]): void {
  for (const [index, one] of notifications.entries()) {
    for (const other of notifications.slice(index + 1)) {
      const sameEvent = one.events.some((a) => other.events.some((b) => covers(a, b) || covers(b, a)));
      const samePrefix = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix);
      const sameSuffix = one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix);
      if (!sameEvent || !samePrefix || !sameSuffix) continue;
      throw invalidArgument(
        'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
      );
    }
  }
}
