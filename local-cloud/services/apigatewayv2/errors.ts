import { AwsError } from '../../errors.ts';

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html lists the codes. */
export function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message);
}

export function conflict(message: string): AwsError {
  return new AwsError('ConflictException', message, { status: 409 });
}

export function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', message, { status: 404 });
}

export function tooMany(what: string, most: number): AwsError {
  return new AwsError(
    'TooManyRequestsException',
    `Maximum number of ${what} for this API has been reached: ${most}`,
    {
      status: 429,
    },
  );
}
