import { AwsError } from './errors.ts';
import type { Faults } from './faults.ts';
import type { Access } from './iam/access.ts';
import type { Call, Cloud, Guarded, Operation, Permission, Service } from './service.ts';

interface GuardOptions {
  cloud: Cloud;
  access: Access;
  faults: Faults;
  /** `false` runs the account without IAM: every call is allowed. */
  enforceIam: boolean;
}

/**
 * Puts what every call passes around a service's operations: injected faults, IAM, the journal.
 * Clients on the wire and the account's other services both call the guarded operations.
 * @returns operations of the same names and types
 */
export function guard<Ops extends object>(service: Service<Ops>, options: GuardOptions): Guarded<Ops> {
  const guarded: Record<string, Operation<object, unknown>> = {};
  for (const [name, operation] of Object.entries(service.operations)) {
    const permissionsOf = (
      service.permissions as Record<string, (input: object, call: Call) => readonly Permission[]>
    )[name];
    if (!permissionsOf) throw new Error(`${service.name}:${name} does not say which permissions it needs.`);
    guarded[name] = (input, call) =>
      guardedCall(
        service,
        name,
        operation as Operation<object, unknown>,
        permissionsOf,
        input,
        call,
        options,
      );
  }
  return guarded as Guarded<Ops>;
}

async function guardedCall<Ops>(
  service: Service<Ops>,
  name: string,
  operation: Operation<object, unknown>,
  permissionsOf: (input: object, call: Call) => readonly Permission[],
  input: object,
  call: Call,
  { cloud, access, faults, enforceIam }: GuardOptions,
): Promise<unknown> {
  const startedAt = cloud.clock.now();
  let permissions: readonly Permission[] = [];
  let error: string | undefined;
  try {
    const answer = async (altered: object) => {
      permissions = permissionsOf(input, call);
      if (enforceIam) {
        for (const permission of permissions) {
          const refusal = refusalOf({ access, cloud }, service.accessDenied, call, permission);
          if (refusal) throw refusal;
        }
      }
      return operation(altered, call);
    };
    return await faults.around(service.name, name, input, answer, call);
  } catch (cause) {
    error = cause instanceof Error ? cause.name : 'InternalFailure';
    throw cause;
  } finally {
    cloud.journal.record({
      type: 'call',
      service: service.name,
      operation: name,
      principal: call.principal.arn,
      requestId: call.requestId,
      resources: permissions.map(({ resource }) => resource),
      actions: permissions.map(({ action }) => action),
      ...(error && { error }),
      durationMs: cloud.clock.now() - startedAt,
    });
  }
}

/** Why IAM does not let a call do something, in the service's words; undefined when it does. Journaled. */
export function refusalOf(
  { access, cloud }: Pick<GuardOptions, 'access' | 'cloud'>,
  accessDenied: Service<unknown>['accessDenied'],
  call: Call,
  { action, resource, resourcePolicy, context }: Permission,
): AwsError | undefined {
  const { principal } = call;
  const decision = access.decide({
    principal,
    action,
    resource,
    resourcePolicy,
    context: context ? { ...requestContext(call), ...context } : requestContext(call),
  });
  if (decision.allowed) return undefined;
  cloud.journal.record({
    type: 'denial',
    principal: principal.arn,
    action,
    resource,
    message: decision.message,
  });
  return new AwsError(accessDenied.code, decision.message, { status: accessDenied.status });
}

/** Global condition keys. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
function requestContext({ principal, sourceIp, userAgent }: Call): Record<string, string> {
  const context: Record<string, string> = {
    'aws:principalarn': principal.type === 'role' ? principal.roleArn : principal.arn,
    'aws:principalaccount': principal.accountId,
    // Clients reach AWS over TLS; here they do not leave the machine. A queue that enforces TLS must work as on AWS.
    'aws:securetransport': 'true',
  };
  if (sourceIp) context['aws:sourceip'] = sourceIp;
  if (userAgent) context['aws:useragent'] = userAgent;
  if (principal.type === 'service') {
    context['aws:sourceaccount'] = principal.accountId;
    if (principal.sourceArn) context['aws:sourcearn'] = principal.sourceArn;
  }
  return context;
}
