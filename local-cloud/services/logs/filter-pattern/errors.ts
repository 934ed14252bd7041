import { AwsError } from '../../../errors.ts';

export function invalidPattern(why = ''): AwsError {
  return new AwsError('InvalidParameterException', `Invalid filter pattern${why && `: ${why}`}`);
}
