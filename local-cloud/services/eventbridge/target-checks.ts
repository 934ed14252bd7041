import type { Target } from '@aws-sdk/client-eventbridge';
import { notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import { constraint, validation } from './errors.ts';
import { refuseMembers } from './refusals.ts';
import { compileInput } from './target-input.ts';

const ID = /^[.\-_A-Za-z0-9]+$/;
const LONGEST_ID = 64;
const LONGEST_ARN = 1600;
const ARN = /^arn:[\w-]+:([\w-]+):([\w-]*):(\d{12})?:(.+)$/;

/** What a target's events go to. */
type Destination = { kind: 'lambda' | 'sqs'; arn: string };

/**
 * Checks a target as PutTargets does.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
 * @param position of the target in the request, from 1
 * @throws ValidationException; UnsupportedOperation for what is not among the targets here
 */
export function checkTarget(cloud: Cloud, target: Target, position: number): void {
  const path = `targets.${position}.member`;
  checkId(target.Id, `${path}.id`);
  checkArn(target.Arn, `${path}.arn`);
  checkRetryPolicy(target, path);
  refuseMembers('PutTargets', target, [
    'RoleArn',
    'KinesisParameters',
    'RunCommandParameters',
    'EcsParameters',
    'BatchParameters',
    'HttpParameters',
    'RedshiftDataParameters',
    'SageMakerPipelineParameters',
    'AppSyncParameters',
  ]);
  const { kind, arn } = destinationOf(cloud, target.Arn ?? '');
  const groupId = target.SqsParameters?.MessageGroupId;
  // A standard queue may have a group too: https://github.com/aws/aws-cdk/pull/36068
  if (kind === 'sqs' && arn.endsWith('.fifo')) {
    if (!target.SqsParameters) throw missing('SqsParameters', target);
    if (!groupId) throw missing('MessageGroupId', target);
  }
  if (kind !== 'sqs' && target.SqsParameters) {
    throw validation(`Parameter(s) SqsParameters not valid for target: ${target.Id}.`);
  }
  compileInput(target);
  checkDeadLetterQueue(cloud, target);
}

/**
 * Reads a target's ARN.
 * @throws ValidationException, UnsupportedOperation
 */
export function destinationOf(cloud: Cloud, arn: string): Destination {
  const [, service, region, account, resource = ''] = ARN.exec(arn) ?? [];
  if (!service) throw wrongArn(arn);
  if (service !== 'lambda' && service !== 'sqs') throw notSupported(`An EventBridge target of ${service}`);
  if (region !== cloud.region || account !== cloud.accountId) {
    throw notSupported(`The EventBridge target ${arn} in another account or Region`);
  }
  const wellFormed = service === 'lambda' ? /^function:[\w-]{1,140}(:[\w$-]+)?$/ : /^[\w-]{1,80}(\.fifo)?$/;
  if (!wellFormed.test(resource)) throw wrongArn(arn);
  return { kind: service, arn };
}

function checkId(id: string | undefined, path: string): void {
  if (id === undefined) throw constraint(id, path, 'not be null');
  if (id.length < 1) throw constraint(id, path, 'have length greater than or equal to 1');
  if (id.length > LONGEST_ID) throw constraint(id, path, `have length less than or equal to ${LONGEST_ID}`);
  if (!ID.test(id)) throw constraint(id, path, 'satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+');
}

function checkArn(arn: string | undefined, path: string): void {
  if (arn === undefined) throw constraint(arn, path, 'not be null');
  if (arn.length < 1) throw constraint(arn, path, 'have length greater than or equal to 1');
  if (arn.length > LONGEST_ARN) {
    throw constraint(arn, path, `have length less than or equal to ${LONGEST_ARN}`);
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html */
function checkRetryPolicy({ RetryPolicy = {} }: Target, path: string): void {
  const { MaximumEventAgeInSeconds: age, MaximumRetryAttempts: attempts } = RetryPolicy;
  checkRange(age, 60, 86_400, `${path}.retryPolicy.maximumEventAgeInSeconds`);
  checkRange(attempts, 0, 185, `${path}.retryPolicy.maximumRetryAttempts`);
}

function checkRange(value: number | undefined, least: number, most: number, path: string): void {
  if (value === undefined || value === null) return;
  if (value < least) throw constraint(value, path, `have value greater than or equal to ${least}`);
  if (value > most) throw constraint(value, path, `have value less than or equal to ${most}`);
}

/** A standard queue of the same Region. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
function checkDeadLetterQueue(cloud: Cloud, { DeadLetterConfig }: Target): void {
  const arn = DeadLetterConfig?.Arn;
  if (arn === undefined) return;
  const [, service, region, , resource = ''] = ARN.exec(arn) ?? [];
  if (service !== 'sqs' || region !== cloud.region) throw wrongArn(arn);
  if (resource.endsWith('.fifo')) {
    throw validation(
      `Parameter ${arn} is not valid. Reason: A FIFO queue cannot be used as a dead-letter queue of a target.`,
    );
  }
  destinationOf(cloud, arn);
}

function missing(parameter: string, { Id }: Target): Error {
  return validation(`Parameter(s) ${parameter} must be specified for target: ${Id}.`);
}

function wrongArn(arn: string): Error {
  return validation(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
}
