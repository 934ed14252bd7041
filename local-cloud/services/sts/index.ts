import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  GetAccessKeyInfoRequest,
  GetAccessKeyInfoResponse,
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
} from '@aws-sdk/client-sts';
import { AwsError, notSupported } from '../../errors.ts';
import { type CredentialStore, rolePrincipal } from '../../iam/credentials.ts';
import { createAccess, mayAssume, mayNotAssume } from '../../iam/evaluate.ts';
import type { Call, Cloud, Permission, Principal, Service } from '../../service.ts';
import type { Iam } from '../iam/index.ts';

export interface StsOperations {
  AssumeRole(input: AssumeRoleRequest, call: Call): AssumeRoleResponse;
  GetAccessKeyInfo(input: GetAccessKeyInfoRequest, call: Call): GetAccessKeyInfoResponse;
  GetCallerIdentity(input: GetCallerIdentityRequest, call: Call): GetCallerIdentityResponse;
}

interface StsDependencies {
  iam: Iam;
  credentials: CredentialStore;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const DEFAULT_SESSION_SECONDS = 3600;
const SHORTEST_SESSION_SECONDS = 900;
/** A role that assumes a role has at most an hour. */
const CHAINED_SESSION_SECONDS = 3600;

/** Makes the account's STS: who calls, and temporary credentials for roles. */
export function createSts(cloud: Cloud, { iam, credentials }: StsDependencies): Service<StsOperations> {
  const access = createAccess(cloud, iam);

  function checkTrust(principal: Principal, roleArn: string): void {
    const trustPolicy = iam.trustPolicyOf(roleArn);
    const context = { 'aws:principalarn': principal.arn, 'aws:principalaccount': principal.accountId };
    const decision = access.decide({ principal, action: 'sts:AssumeRole', resource: roleArn, context });
    const forbidden = !decision.allowed && decision.reason === 'explicit';
    if (!trustPolicy || forbidden || !mayAssume(trustPolicy, principal, context, decision.allowed)) {
      const error = mayNotAssume(principal, roleArn);
      cloud.journal.record({
        type: 'denial',
        principal: principal.arn,
        action: 'sts:AssumeRole',
        resource: roleArn,
        message: error.message,
      });
      throw error;
    }
  }

  return {
    name: 'sts',
    operations: {
      GetCallerIdentity: (_, { principal }) => ({
        UserId: userIdOf(principal, iam),
        Account: principal.accountId,
        Arn: principal.arn,
      }),

      AssumeRole(input, { principal }) {
        refuseSessionPolicies(input);
        const { RoleArn, RoleSessionName, DurationSeconds = DEFAULT_SESSION_SECONDS } = input;
        const roleArn = checkRoleArn(RoleArn);
        const sessionName = checkSessionName(RoleSessionName);
        checkTrust(principal, roleArn);
        checkDuration(DurationSeconds, iam.sessionRuleOf(roleArn)?.maxSessionSeconds ?? 0, principal);
        const issued = credentials.issue({ roleArn, sessionName, durationMs: DurationSeconds * 1000 });
        const session = rolePrincipal(cloud, roleArn, sessionName);
        return {
          Credentials: {
            AccessKeyId: issued.accessKeyId,
            SecretAccessKey: issued.secretAccessKey,
            SessionToken: issued.sessionToken,
            Expiration: new Date(issued.expiresAt),
          },
          AssumedRoleUser: { AssumedRoleId: userIdOf(session, iam), Arn: session.arn },
        };
      },

      GetAccessKeyInfo({ AccessKeyId }) {
        required(AccessKeyId, 'accessKeyId');
        return { Account: cloud.accountId };
      },
    },
    permissions: {
      // Everybody may ask who they are, even against an explicit deny; AssumeRole asks the trust policy itself.
      GetCallerIdentity: (): readonly Permission[] => [],
      AssumeRole: (): readonly Permission[] => [],
      GetAccessKeyInfo: (): readonly Permission[] => [{ action: 'sts:GetAccessKeyInfo', resource: '*' }],
    },
    accessDenied: { code: 'AccessDenied', status: 403 },
  };
}

/** `<role id>:<session>` for a role's session, the account's number for the account. */
function userIdOf(principal: Principal, iam: Iam): string {
  if (principal.type !== 'role') return principal.accountId;
  return `${iam.sessionRuleOf(principal.roleArn)?.roleId ?? 'AROA'}:${principal.sessionName}`;
}

/** They would narrow what the session may do; without them the session may do more than was asked for. */
function refuseSessionPolicies(input: AssumeRoleRequest): void {
  const members = [
    'Policy',
    'PolicyArns',
    'Tags',
    'TransitiveTagKeys',
    'ExternalId',
    'SerialNumber',
  ] as const;
  const given = members.find((member) => input[member] !== undefined);
  if (given) throw notSupported(`${given} of AssumeRole`);
}

/** Whatever has the form of an ARN may be a role's; who trusts the caller is asked later. */
function checkRoleArn(given: string | undefined): string {
  const roleArn = required(given, 'roleArn');
  checkLength(roleArn, 'roleArn', 20, 2048);
  const [arn, partition, service, , , ...resource] = roleArn.split(':');
  if (arn !== 'arn' || !partition || !service || !resource.join(':')) throw invalid(`${roleArn} is invalid`);
  return roleArn;
}

function checkSessionName(given: string | undefined): string {
  const name = required(given, 'roleSessionName');
  checkLength(name, 'roleSessionName', 2, 64);
  if (/^[\w+=,.@-]*$/.test(name)) return name;
  throw broken(`'${name}'`, 'roleSessionName', 'satisfy regular expression pattern: [\\w+=,.@-]*');
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function checkLength(value: string, member: string, least: number, most: number): void {
  const [limit, bound] = value.length < least ? ['greater', least] : ['less', most];
  if (value.length >= least && value.length <= most) return;
  throw broken(`'${value}'`, member, `have length ${limit} than or equal to ${bound}`);
}

function checkDuration(seconds: number, roleMaximum: number, principal: Principal): void {
  if (seconds < SHORTEST_SESSION_SECONDS) {
    throw broken(
      `'${seconds}'`,
      'durationSeconds',
      `have value greater than or equal to ${SHORTEST_SESSION_SECONDS}`,
    );
  }
  if (seconds > roleMaximum) {
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  if (principal.type === 'role' && seconds > CHAINED_SESSION_SECONDS) {
    throw invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
}

function required(value: string | undefined, member: string): string {
  if (value) return value;
  throw broken('null', member, 'not be null');
}

/** @param shown the value as AWS shows it */
function broken(shown: string, member: string, rule: string): AwsError {
  return invalid(
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
