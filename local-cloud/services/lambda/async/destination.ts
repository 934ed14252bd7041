import { AwsError, notSupported } from '../../../errors.ts';
import type { Cloud } from '../../../service.ts';

/** What takes records of asynchronous invocations, or events that were given up. */
export interface Destination {
  readonly kind: 'sqs' | 'lambda' | 'events' | 's3';
  readonly arn: string;
}

/** What the function's role must be allowed to do.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-async-destinations */
const ACTIONS = {
  sqs: 'SendMessage',
  lambda: 'InvokeFunction',
  events: 'PutEvents',
  s3: 'PutObject',
} as const;

const PATTERN =
  '^$|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)';
const ARN = /^arn:aws[a-zA-Z0-9-]*:([a-zA-Z0-9-]+):([a-z]{2}(?:-gov)?-[a-z]+-\d)?:(\d{12})?:(.*)$/;
const LONGEST_ARN = 350;

/** How the resource of each kind is written. */
const RESOURCES = {
  sqs: /^[\w-]{1,80}(\.fifo)?$/,
  lambda: /^function:[\w-]{1,64}(:[\w$-]+)?$/,
  events: /^event-bus\/[\w./-]{1,256}$/,
  s3: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
} as const;

/**
 * Reads the ARN of a destination.
 * https://docs.aws.amazon.com/lambda/latest/api/API_OnFailure.html
 * @param member where it was given, for messages: `destinationConfig.onFailure.destination`
 * @returns undefined when it is no ARN of a kind that Lambda sends to
 * @throws AwsError ValidationException when it is no ARN; UnsupportedOperation for what is not here
 */
export function readDestination(cloud: Cloud, arn: string, member: string): Destination | undefined {
  const [, service, region, accountId, resource = ''] = ARN.exec(arn) ?? [];
  if (!service || arn.length > LONGEST_ARN) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${arn}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${PATTERN}`,
    );
  }
  if (service === 'sns') throw notSupported(`Lambda's ${member} in SNS`);
  if (!isKind(service) || !RESOURCES[service].test(resource)) return undefined;
  // The ARN of a bucket has neither.
  if (service !== 's3' && (region !== cloud.region || accountId !== cloud.accountId)) {
    throw notSupported(`Lambda's ${member} in another account or Region (${arn})`);
  }
  return { kind: service, arn };
}

/**
 * Checks the ARN of a dead-letter queue.
 * https://docs.aws.amazon.com/lambda/latest/api/API_DeadLetterConfig.html
 * @throws AwsError ValidationException, InvalidParameterValueException; UnsupportedOperation for a topic
 */
export function checkDeadLetterArn(cloud: Cloud, arn: string): void {
  const destination = readDestination(cloud, arn, 'deadLetterConfig.targetArn');
  if (destination?.kind === 'sqs') return;
  throw new AwsError(
    'InvalidParameterValueException',
    `The target ARN ${arn} of the dead-letter queue is invalid: it must be that of an SQS queue or an SNS topic.`,
  );
}

/** What the role of a function must be allowed to do to send records there. */
export function sendingCalls(
  { kind, arn }: Destination,
  functionName: string,
): { name: string; action: string; resource: string }[] {
  const name = ACTIONS[kind];
  if (kind !== 's3') return [{ name, action: `${kind}:${name}`, resource: arn }];
  return [
    { name, action: 's3:PutObject', resource: `${arn}/${recordFolder(functionName)}` },
    { name: 'ListBucket', action: 's3:ListBucket', resource: arn },
  ];
}

/**
 * The key of a record in a bucket.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-async-destinations
 * @param at epoch milliseconds
 */
export function recordKey(functionName: string, at: number, uuid: string): string {
  const [date = '', time = ''] = new Date(at).toISOString().slice(0, 19).split('T');
  const folder = `${recordFolder(functionName)}${date.replaceAll('-', '/')}`;
  return `${folder}/${date}T${time.replaceAll(':', '.')}-${uuid}`;
}

function recordFolder(functionName: string): string {
  return `aws/lambda/async/${functionName}/`;
}

/** The URL of a queue, by its ARN; only the path counts. */
export function queueUrlOf(cloud: Cloud, arn: string): string {
  const name = arn.slice(arn.lastIndexOf(':') + 1);
  return `https://sqs.${cloud.region}.amazonaws.com/${cloud.accountId}/${name}`;
}

function isKind(service: string): service is Destination['kind'] {
  return Object.hasOwn(ACTIONS, service);
}
