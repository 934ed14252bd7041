import { AwsError } from '../errors.ts';

/** What stands in the way, as far as it is known. */
export interface DeployErrorDetails {
  logicalId?: string;
  resourceType?: string;
  property?: string;
  /** The service's error code, where a service refused. */
  code?: string;
}

/**
 * Why a template is not a stack.
 * `template`: the template itself is wrong · `refused`: a service did not accept a resource ·
 * `unsupported`: AWS would do it, the local cloud cannot.
 */
export class DeployError extends Error {
  readonly kind: 'template' | 'refused' | 'unsupported';
  readonly logicalId?: string;
  readonly resourceType?: string;
  readonly property?: string;
  readonly code?: string;

  constructor(kind: DeployError['kind'], message: string, details: DeployErrorDetails = {}) {
    super(message);
    this.name = 'DeployError';
    this.kind = kind;
    this.logicalId = details.logicalId;
    this.resourceType = details.resourceType;
    this.property = details.property;
    this.code = details.code;
  }
}

export function templateError(message: string, details?: DeployErrorDetails): DeployError {
  return new DeployError('template', message, details);
}

export function unsupported(what: string, details?: DeployErrorDetails): DeployError {
  return new DeployError('unsupported', `${what} is not supported by the local cloud.`, details);
}

/** What went wrong with one resource, whoever found it. Errors that nobody foresaw stay what they are. */
export function resourceError(cause: unknown, logicalId: string, resourceType: string): unknown {
  const where = { logicalId, resourceType };
  if (cause instanceof DeployError) {
    return new DeployError(cause.kind, cause.message, {
      ...where,
      property: cause.property,
      code: cause.code,
    });
  }
  if (!(cause instanceof AwsError)) return cause;
  const kind = cause.name === 'UnsupportedOperation' ? 'unsupported' : 'refused';
  return new DeployError(kind, cause.message, { ...where, code: cause.name });
}

/** A deploy error as CloudFormation's API answers it. */
export function asValidationError(error: unknown): unknown {
  if (!(error instanceof DeployError)) return error;
  const { kind, logicalId, resourceType, message } = error;
  const where = logicalId ? `${logicalId} (${resourceType}): ` : '';
  return new AwsError(kind === 'unsupported' ? 'UnsupportedOperation' : 'ValidationError', where + message);
}
