import { AwsError } from '../errors.ts';

export const MALFORMED = 'MalformedPolicyDocumentException';

const ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const OPERATOR =
  /^(?:(?:ForAllValues|ForAnyValue):)?(?:String(?:Not)?(?:Equals(?:IgnoreCase)?|Like)|(?:Numeric|Date)(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)|Bool|BinaryEquals|(?:Not)?IpAddress|Arn(?:Not)?(?:Equals|Like))(?:IfExists)?$|^Null$/;

/**
 * Checks that one statement keeps the grammar, before any rule about what its elements say.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @throws MalformedPolicyDocumentException
 */
export function checkSyntax(elements: Record<string, unknown>): void {
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Condition = {} } = elements;
  const isKept =
    Object.keys(elements).every((name) => ELEMENTS.has(name)) &&
    (Sid === undefined || typeof Sid === 'string') &&
    typeof Effect === 'string' &&
    /^(allow|deny)$/i.test(Effect) &&
    isEither(Action, NotAction) &&
    isEither(Resource, NotResource) &&
    isCondition(Condition);
  if (!isKept) throw syntaxError();
}

export function objectOf(value: unknown): Record<string, unknown> | undefined {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}

export function syntaxError(): AwsError {
  return malformed('Syntax errors in policy.');
}

export function malformed(message: string): AwsError {
  return new AwsError(MALFORMED, message);
}

/** One of the two elements, or none; a text or a list of texts. */
function isEither(element: unknown, opposite: unknown): boolean {
  if (element !== undefined && opposite !== undefined) return false;
  const given = element ?? opposite ?? [];
  return (Array.isArray(given) ? given : [given]).every((entry) => typeof entry === 'string');
}

function isCondition(condition: unknown): boolean {
  const operators = objectOf(condition);
  if (!operators) return false;
  return Object.entries(operators).every(([operator, keys]) => {
    const values = Object.values(objectOf(keys) ?? { keys: undefined });
    // An operator without keys asks for nothing, whatever its name.
    return values.length === 0 || (OPERATOR.test(operator) && values.flat().every(isScalar));
  });
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
