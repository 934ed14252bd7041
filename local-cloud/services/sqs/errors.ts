import { AwsError } from '../../errors.ts';

/** Code, on the wire, of a parameter with a wrong value; not in the SDK's model, but AWS answers it all the time. */
const INVALID_PARAMETER_VALUE = 'InvalidParameterValueException';
const MISSING_PARAMETER = 'MissingRequiredParameterException';

/**
 * Codes of the older query protocol for errors that the SDK's model does not list. AWS sends them in the header
 * `x-amzn-query-error` and in the failed entries of a batch.
 */
const QUERY_CODES: Readonly<Record<string, string>> = {
  [INVALID_PARAMETER_VALUE]: 'InvalidParameterValue',
  [MISSING_PARAMETER]: 'MissingParameter',
};

/** The query protocol's code for an error's name; the name itself where the two are the same. */
export function queryErrorCode(name: string): string {
  return QUERY_CODES[name] ?? name;
}

export function invalidParameterValue(message: string): AwsError {
  return new AwsError(INVALID_PARAMETER_VALUE, message);
}

/** `Value <value> for parameter <parameter> is invalid. Reason: <reason>` */
export function invalidValue(value: unknown, parameter: string, reason: string): AwsError {
  return invalidParameterValue(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`);
}

export function missingParameter(parameter: string): AwsError {
  return new AwsError(MISSING_PARAMETER, `The request must contain the parameter ${parameter}.`);
}

export function queueDoesNotExist(): AwsError {
  return new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
}

export function unknownAttribute(name: string): AwsError {
  return new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
}

export function receiptHandleIsInvalid(handle: string): AwsError {
  return new AwsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
    { status: 404 },
  );
}

export function overLimit(message: string): AwsError {
  return new AwsError('OverLimit', message, { status: 403 });
}
