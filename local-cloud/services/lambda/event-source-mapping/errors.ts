import { AwsError } from '../../../errors.ts';

/** Lambda's errors name whose fault they are in a member of their own. */
export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, { members: { Type: 'User' } });
}

export function notFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
    status: 404,
    members: { Type: 'User' },
  });
}

export function alreadyMapped(queueArn: string, functionName: string, uuid: string): AwsError {
  return new AwsError(
    'ResourceConflictException',
    `An event source mapping with SQS arn (" ${queueArn} ") and function (" ${functionName} ") already exists. Please update or delete the existing mapping with UUID ${uuid}`,
    { status: 409, members: { Type: 'User' } },
  );
}
