import { AwsError, notSupported } from '../../errors.ts';
import { arnOf, type Cloud } from '../../service.ts';
import { constraint, required, validation } from './errors.ts';

/** A parameter as a caller names it: `name`, `name:3`, `name:label`, or an ARN with the same endings. */
export interface Reference {
  readonly name: string;
  /** What stands behind the colon. */
  readonly selector?: string;
}

const WELL_FORMED = /^[\w.-]+$|^(\/[\w.-]+)+$/;
const MALFORMED =
  'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';

const DEEPEST_LEVEL = 15;
const LONGEST_NAME = 1011;

/** The ARN of a parameter; a name that begins with a slash does not get a second one. */
export function parameterArn(cloud: Cloud, name: string): string {
  return arnOf(cloud, 'ssm', name.startsWith('/') ? `parameter${name}` : `parameter/${name}`);
}

/**
 * Reads how a caller names a parameter.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 * @throws ValidationException; UnsupportedOperation for AWS's public parameters
 */
export function readReference(cloud: Cloud, given: string | undefined): Reference {
  const text = required(given, 'name');
  const own = `${arnOf(cloud, 'ssm', 'parameter/')}`;
  const path = text.startsWith(own) ? text.slice(own.length) : text;
  // An ARN does not tell `a` from `/a`: a path has a slash inside, a plain name has none.
  const named = path !== text && path.includes('/') ? `/${path}` : path;
  const [name = '', selector, ...rest] = named.split(':');
  if (/^\/aws\/service\//i.test(name)) throw notSupported(`The public parameter ${name}`);
  if (rest.length > 0 || !WELL_FORMED.test(name)) throw validation(MALFORMED);
  return selector === undefined ? { name } : { name, selector };
}

/**
 * Checks the name of a parameter that is to be made.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html
 * @throws ValidationException, AccessDeniedException, HierarchyLevelLimitExceededException
 */
export function checkNewName(cloud: Cloud, name: string): void {
  if (/^\/aws/i.test(name)) {
    throw new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  }
  if (/^(aws|ssm)/i.test(name)) {
    throw validation('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  }
  const path = name.includes('/');
  if (path && !name.startsWith('/')) throw validation('Parameter name must be a fully qualified name.');
  if (/^\/ssm/i.test(name) || !WELL_FORMED.test(name)) throw validation(MALFORMED);
  if (path && name.split('/').length - 1 > DEEPEST_LEVEL) {
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `A hierarchy can have a maximum of ${DEEPEST_LEVEL} levels.`,
    );
  }
  if (parameterArn(cloud, name).length > LONGEST_NAME) {
    throw constraint(name, 'name', `have length less than or equal to ${LONGEST_NAME}`);
  }
}

/** @throws ValidationException for what is not the path of a hierarchy */
export function checkPath(given: string | undefined): string {
  const path = required(given, 'path');
  if (path === '/' || /^(\/[\w.-]+)+\/?$/.test(path)) return path;
  throw validation(
    'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
  );
}

/** Whether a parameter lies under a path: directly, or at any depth. */
export function liesUnder(name: string, path: string, recursive: boolean): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  return name.startsWith(prefix) && (recursive || !name.slice(prefix.length).includes('/'));
}

/**
 * The other name of a parameter that lies in no hierarchy: with and without its first slash it has one ARN.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-hierarchies.html
 */
export function otherName(name: string): string | undefined {
  if (!name.includes('/')) return `/${name}`;
  return name.lastIndexOf('/') === 0 ? name.slice(1) : undefined;
}
