import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyRequest,
  DeletePolicyVersionRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  ListPolicyTagsRequest,
  ListPolicyTagsResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  Policy as PolicyShape,
  PolicyVersion,
  SetDefaultPolicyVersionRequest,
  TagPolicyRequest,
  UntagPolicyRequest,
} from '@aws-sdk/client-iam';
import { AwsError } from '../../errors.ts';
import { arnOf, type Cloud } from '../../service.ts';
import { pageOf } from './paging.ts';
import {
  alreadyExists,
  broken,
  checkName,
  checkPath,
  deleteConflict,
  type IamState,
  type ManagedPolicy,
  noSuchEntity,
  readDocument,
  required,
} from './state.ts';
import { removeTags, setTags, tagList, tagsByKey } from './tags.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html */
const MOST_VERSIONS = 5;

export function createPolicyOperations(cloud: Cloud, state: IamState) {
  /** A policy of which a version is named, and that is there. @throws ValidationError, NoSuchEntityException */
  function withVersion(arn: string | undefined, version: string | undefined): ManagedPolicy {
    const wanted = required(version, 'versionId');
    if (!/^v[1-9][0-9]*(\.[A-Za-z0-9-]*)?$/.test(wanted)) {
      throw broken('versionId', 'satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?');
    }
    const policy = state.findPolicy(arn);
    if (policy?.versions.has(wanted)) return policy;
    throw noSuchEntity(`Policy ${arn} version ${version} does not exist or is not attachable.`);
  }

  /** A policy that the account may change: AWS's own it may not. */
  function own(arn: string | undefined): ManagedPolicy {
    const policy = state.policy(arn);
    if (!state.policies.has(policy.arn)) {
      throw new AwsError('AccessDenied', `${policy.arn} is owned by AWS and cannot be changed.`, {
        status: 403,
      });
    }
    return policy;
  }

  return {
    CreatePolicy(input: CreatePolicyRequest): CreatePolicyResponse {
      const name = checkName(input.PolicyName, 'policyName', 128);
      const path = checkPath(input.Path);
      const document = readDocument(input.PolicyDocument, 'managed');
      const arn = arnOf(cloud, 'iam', `policy${path}${name}`);
      if (state.policies.has(arn)) {
        throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
      }
      const createdAt = state.now();
      const policy: ManagedPolicy = {
        id: state.newId('ANPA'),
        name,
        path,
        arn,
        createdAt,
        updatedAt: createdAt,
        description: input.Description,
        versions: new Map([['v1', { ...document, createdAt }]]),
        defaultVersion: 'v1',
        nextVersion: 2,
        tags: new Map(),
      };
      setTags(policy.tags, input.Tags, 'sensitive');
      state.policies.set(arn, policy);
      const tags = policy.tags.size > 0 && { Tags: tagList(policy.tags) };
      return { Policy: { ...shapeOf(state, policy), ...tags } };
    },

    GetPolicy({ PolicyArn }: GetPolicyRequest): GetPolicyResponse {
      const policy = state.policy(PolicyArn);
      const { description, tags } = policy;
      return { Policy: { ...shapeOf(state, policy), Description: description, Tags: tagList(tags) } };
    },

    ListPolicies(input: ListPoliciesRequest): ListPoliciesResponse {
      const own = input.Scope === 'AWS' ? [] : [...state.policies.values()];
      const found = own
        .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
        .filter(({ arn }) => !input.OnlyAttached || state.attachedTo(arn).length > 0);
      const { page, rest } = pageOf(found, input);
      return { Policies: page.map((policy) => shapeOf(state, policy)), ...rest };
    },

    DeletePolicy({ PolicyArn }: DeletePolicyRequest): void {
      const policy = own(PolicyArn);
      if (state.attachedTo(policy.arn).length > 0) {
        throw deleteConflict('Cannot delete a policy attached to entities.');
      }
      if (policy.versions.size > 1) {
        throw deleteConflict(
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
        );
      }
      state.policies.delete(policy.arn);
    },

    CreatePolicyVersion(input: CreatePolicyVersionRequest): CreatePolicyVersionResponse {
      const policy = own(input.PolicyArn);
      const document = readDocument(input.PolicyDocument, 'managed');
      if (policy.versions.size >= MOST_VERSIONS) {
        throw new AwsError(
          'LimitExceededException',
          'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
          { status: 409 },
        );
      }
      const version = `v${policy.nextVersion++}`;
      policy.versions.set(version, { ...document, createdAt: state.now() });
      if (input.SetAsDefault) setDefault(policy, version);
      return { PolicyVersion: versionShape(policy, version, false) };
    },

    GetPolicyVersion({ PolicyArn, VersionId }: GetPolicyVersionRequest): GetPolicyVersionResponse {
      const policy = withVersion(PolicyArn, VersionId);
      return { PolicyVersion: versionShape(policy, required(VersionId, 'versionId'), true) };
    },

    ListPolicyVersions(input: ListPolicyVersionsRequest): ListPolicyVersionsResponse {
      const policy = state.policy(input.PolicyArn);
      const { page, rest } = pageOf([...policy.versions.keys()].reverse(), input);
      return { Versions: page.map((version) => versionShape(policy, version, false)), ...rest };
    },

    DeletePolicyVersion({ PolicyArn, VersionId }: DeletePolicyVersionRequest): void {
      const policy = own(withVersion(PolicyArn, VersionId).arn);
      if (VersionId === policy.defaultVersion) {
        throw deleteConflict('Cannot delete the default version of a policy.');
      }
      policy.versions.delete(VersionId as string);
    },

    SetDefaultPolicyVersion({ PolicyArn, VersionId }: SetDefaultPolicyVersionRequest): void {
      const policy = own(withVersion(PolicyArn, VersionId).arn);
      setDefault(policy, VersionId as string);
    },

    ListEntitiesForPolicy(input: ListEntitiesForPolicyRequest): ListEntitiesForPolicyResponse {
      const roles = state.attachedTo(state.policy(input.PolicyArn).arn);
      const { page, rest } = pageOf(roles, input);
      return {
        PolicyRoles: page.map(({ name, id }) => ({ RoleName: name, RoleId: id })),
        PolicyGroups: [],
        PolicyUsers: [],
        ...rest,
      };
    },

    TagPolicy({ PolicyArn, Tags }: TagPolicyRequest): void {
      setTags(own(PolicyArn).tags, Tags, 'sensitive');
    },

    UntagPolicy({ PolicyArn, TagKeys }: UntagPolicyRequest): void {
      removeTags(own(PolicyArn).tags, TagKeys);
    },

    ListPolicyTags(input: ListPolicyTagsRequest): ListPolicyTagsResponse {
      const { page, rest } = pageOf(tagsByKey(state.policy(input.PolicyArn).tags), input);
      return { Tags: page, ...rest };
    },
  };

  function setDefault(policy: ManagedPolicy, version: string): void {
    policy.defaultVersion = version;
    policy.updatedAt = state.now();
  }
}

/** What every operation says of a policy; lists say no more. */
function shapeOf(state: IamState, policy: ManagedPolicy): PolicyShape {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: state.attachedTo(policy.arn).length,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: policy.createdAt,
    UpdateDate: policy.updatedAt,
  };
}

function versionShape(policy: ManagedPolicy, version: string, withDocument: boolean): PolicyVersion {
  const found = policy.versions.get(version);
  return {
    ...(withDocument && found && { Document: encodeURIComponent(found.json) }),
    VersionId: version,
    IsDefaultVersion: version === policy.defaultVersion,
    CreateDate: found?.createdAt,
  };
}
