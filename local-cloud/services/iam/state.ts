import { AwsError, notSupported } from '../../errors.ts';
import { AWS_MANAGED_POLICIES } from '../../iam/managed-policies.ts';
import { type Policy, parsePolicy } from '../../iam/policy.ts';
import type { Cloud } from '../../service.ts';

/** A policy document, as it was given and as it is evaluated. */
export interface Document {
  readonly json: string;
  readonly policy: Policy;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly createdAt: Date;
  description?: string;
  maxSessionSeconds: number;
  trust: Document;
  readonly inline: Map<string, Document>;
  /** ARNs of managed policies, in the order in which they were attached. */
  readonly attached: Set<string>;
  readonly tags: Map<string, string>;
}

export interface ManagedPolicy {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly createdAt: Date;
  updatedAt: Date;
  description?: string;
  readonly versions: Map<string, Document & { readonly createdAt: Date }>;
  defaultVersion: string;
  /** Number of the next version; numbers are not used again. */
  nextVersion: number;
  readonly tags: Map<string, string>;
}

export type IamState = ReturnType<typeof createIamState>;

/** Makes an account without roles and policies of its own; AWS's managed policies are there. */
export function createIamState(cloud: Cloud) {
  const roles = new Map<string, Role>();
  const policies = new Map<string, ManagedPolicy>();

  /** @throws ValidationError; UnsupportedOperation for a policy of AWS that this account does not know */
  function findPolicy(arn: string | undefined): ManagedPolicy | undefined {
    const wanted = checkPolicyArn(arn);
    return policies.get(wanted) ?? awsManaged(wanted);
  }

  return {
    roles,
    policies,

    /** @throws NoSuchEntityException */
    role(name: string | undefined): Role {
      const role = roles.get(required(name, 'roleName'));
      if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`);
      return role;
    },

    /**
     * A managed policy of the account or of AWS.
     * @throws NoSuchEntityException; UnsupportedOperation for a policy of AWS that this account does not know
     */
    policy(arn: string | undefined): ManagedPolicy {
      const policy = findPolicy(arn);
      if (!policy) throw noSuchEntity(`Policy ${arn} was not found.`);
      return policy;
    },

    /** As `policy`, in the words with which AWS answers who attaches one. */
    attachable(arn: string | undefined): ManagedPolicy {
      const policy = findPolicy(arn);
      if (!policy) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
      return policy;
    },

    findPolicy,

    /** Ids look like AWS's: a prefix that tells what it is, then 17 letters and digits. */
    newId: (prefix: string): string =>
      prefix + Array.from({ length: 17 }, () => ID_ALPHABET[Math.floor(cloud.random() * 36)]).join(''),

    now: (): Date => new Date(cloud.clock.now()),

    attachedTo: (policyArn: string): Role[] => [...roles.values()].filter((r) => r.attached.has(policyArn)),
  };
}

/** @throws MalformedPolicyDocumentException, ValidationError, UnsupportedOperation */
export function readDocument(
  json: string | undefined,
  kind: 'identity' | 'managed' | 'trust',
  member = 'policyDocument',
): Document {
  const text = required(json, member);
  return { json: text, policy: parsePolicy(text, kind) };
}

/** Names of roles and policies. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export function checkName(name: string | undefined, member: string, longest: number): string {
  const text = required(name, member);
  if (!/^[\w+=,.@-]+$/.test(text)) {
    throw invalid(
      `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
  }
  if (text.length > longest) {
    throw broken(member, `have length less than or equal to ${longest}`);
  }
  return text;
}

/** @throws ValidationError */
export function checkPath(path = '/'): string {
  if (!/^(\/[\u0021-\u007E]*)?\/$/.test(path)) {
    throw invalid(
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    );
  }
  return path;
}

export function required(value: string | undefined, member: string): string {
  if (value) return value;
  throw value === undefined
    ? broken(member, 'not be null')
    : broken(member, 'have length greater than or equal to 1');
}

/** The refusal of a member that does not keep its shape's limits; IAM does not repeat the value. */
export function broken(member: string, rule: string): AwsError {
  return invalid(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
function checkPolicyArn(arn: string | undefined): string {
  const text = required(arn, 'policyArn');
  if (text.length < 20) throw broken('policyArn', 'have length greater than or equal to 20');
  if (!text.startsWith('arn:')) throw invalid(`ARN ${text} is not valid.`);
  return text;
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntityException', message, { status: 404 });
}

export function alreadyExists(message: string): AwsError {
  return new AwsError('EntityAlreadyExistsException', message, { status: 409 });
}

export function deleteConflict(message: string): AwsError {
  return new AwsError('DeleteConflictException', message, { status: 409 });
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const AWS_OWNED = 'arn:aws:iam::aws:policy/';
const awsManagedPolicies = new Map<string, ManagedPolicy>();

/** AWS's own policies are the same in all accounts; each is parsed once. */
function awsManaged(arn: string): ManagedPolicy | undefined {
  if (!arn.startsWith(AWS_OWNED)) return undefined;
  const known = awsManagedPolicies.get(arn);
  if (known) return known;
  const json = Object.hasOwn(AWS_MANAGED_POLICIES, arn) ? AWS_MANAGED_POLICIES[arn] : undefined;
  if (!json) throw notSupported(`The AWS managed policy ${arn}`);
  const createdAt = new Date(0);
  const slash = arn.lastIndexOf('/');
  const policy: ManagedPolicy = {
    id: `ANPA${Buffer.from(arn).toString('hex').toUpperCase().slice(-17)}`,
    name: arn.slice(slash + 1),
    path: arn.slice(AWS_OWNED.length - 1, slash + 1),
    arn,
    createdAt,
    updatedAt: createdAt,
    versions: new Map([['v1', { json, policy: parsePolicy(json, 'identity'), createdAt }]]),
    defaultVersion: 'v1',
    nextVersion: 2,
    tags: new Map(),
  };
  awsManagedPolicies.set(arn, policy);
  return policy;
}
