import type {
  AttachRolePolicyRequest,
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRolePolicyRequest,
  DeleteRoleRequest,
  DetachRolePolicyRequest,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetRoleRequest,
  GetRoleResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  ListRolesRequest,
  ListRolesResponse,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  PutRolePolicyRequest,
  Role as RoleShape,
  Tag,
  TagRoleRequest,
  UntagRoleRequest,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse,
  UpdateRoleRequest,
} from '@aws-sdk/client-iam';
import { notSupported } from '../../errors.ts';
import { arnOf, type Cloud } from '../../service.ts';
import { pageOf } from './paging.ts';
import {
  alreadyExists,
  broken,
  checkName,
  checkPath,
  deleteConflict,
  type IamState,
  noSuchEntity,
  type Role,
  readDocument,
  required,
} from './state.ts';
import { removeTags, setTags, tagList, tagsByKey } from './tags.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const DEFAULT_SESSION_SECONDS = 3600;
const SESSION_SECONDS = { min: 3600, max: 43_200 };

export function createRoleOperations(cloud: Cloud, state: IamState) {
  return {
    CreateRole(input: CreateRoleRequest): CreateRoleResponse {
      const name = checkName(input.RoleName, 'roleName', 64);
      if (input.PermissionsBoundary) throw notSupported('PermissionsBoundary of a role');
      const path = checkPath(input.Path);
      const trust = readDocument(input.AssumeRolePolicyDocument, 'trust', 'assumeRolePolicyDocument');
      if (state.roles.has(name)) throw alreadyExists(`Role with name ${name} already exists.`);
      const role: Role = {
        id: state.newId('AROA'),
        name,
        path,
        arn: arnOf(cloud, 'iam', `role${path}${name}`),
        createdAt: state.now(),
        description: input.Description,
        maxSessionSeconds: checkSession(input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS),
        trust,
        inline: new Map(),
        attached: new Set(),
        tags: new Map(),
      };
      setTags(role.tags, input.Tags, 'insensitive');
      state.roles.set(name, role);
      return { Role: { ...shapeOf(role), ...tagsOf(role) } };
    },

    GetRole: ({ RoleName }: GetRoleRequest): GetRoleResponse => ({
      Role: wholeShapeOf(state.role(RoleName)),
    }),

    UpdateRole({ RoleName, Description, MaxSessionDuration }: UpdateRoleRequest): Record<string, never> {
      const role = state.role(RoleName);
      if (MaxSessionDuration !== undefined) role.maxSessionSeconds = checkSession(MaxSessionDuration);
      if (Description !== undefined) role.description = Description;
      return {};
    },

    UpdateRoleDescription(input: UpdateRoleDescriptionRequest): UpdateRoleDescriptionResponse {
      const role = state.role(input.RoleName);
      if (input.Description === undefined) throw broken('description', 'not be null');
      role.description = input.Description;
      return { Role: { ...shapeOf(role), Description: role.description } };
    },

    UpdateAssumeRolePolicy({ RoleName, PolicyDocument }: UpdateAssumeRolePolicyRequest): void {
      state.role(RoleName).trust = readDocument(PolicyDocument, 'trust');
    },

    DeleteRole({ RoleName }: DeleteRoleRequest): void {
      const role = state.role(RoleName);
      if (role.attached.size > 0) {
        throw deleteConflict('Cannot delete entity, must detach all policies first.');
      }
      if (role.inline.size > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
      state.roles.delete(role.name);
    },

    ListRoles(input: ListRolesRequest): ListRolesResponse {
      const prefix = input.PathPrefix ?? '/';
      const found = [...state.roles.values()].filter(({ path }) => path.startsWith(prefix)).sort(byName);
      const { page, rest } = pageOf(found, input);
      return { Roles: page.map(listedShapeOf), ...rest };
    },

    PutRolePolicy({ RoleName, PolicyName, PolicyDocument }: PutRolePolicyRequest): void {
      const role = state.role(RoleName);
      role.inline.set(checkName(PolicyName, 'policyName', 128), readDocument(PolicyDocument, 'identity'));
    },

    GetRolePolicy({ RoleName, PolicyName }: GetRolePolicyRequest): GetRolePolicyResponse {
      const role = state.role(RoleName);
      const name = required(PolicyName, 'policyName');
      const document = role.inline.get(name);
      if (!document) throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
      return { RoleName: role.name, PolicyName: name, PolicyDocument: encodeURIComponent(document.json) };
    },

    DeleteRolePolicy({ RoleName, PolicyName }: DeleteRolePolicyRequest): void {
      const name = required(PolicyName, 'policyName');
      if (!state.role(RoleName).inline.delete(name)) {
        throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
      }
    },

    ListRolePolicies(input: ListRolePoliciesRequest): ListRolePoliciesResponse {
      const { page, rest } = pageOf([...state.role(input.RoleName).inline.keys()].sort(), input);
      return { PolicyNames: page, ...rest };
    },

    AttachRolePolicy({ RoleName, PolicyArn }: AttachRolePolicyRequest): void {
      const role = state.role(RoleName);
      role.attached.add(state.attachable(PolicyArn).arn);
    },

    DetachRolePolicy({ RoleName, PolicyArn }: DetachRolePolicyRequest): void {
      const role = state.role(RoleName);
      if (!role.attached.delete(required(PolicyArn, 'policyArn'))) {
        throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
      }
    },

    ListAttachedRolePolicies(input: ListAttachedRolePoliciesRequest): ListAttachedRolePoliciesResponse {
      const { page, rest } = pageOf([...state.role(input.RoleName).attached], input);
      return {
        AttachedPolicies: page.map((arn) => ({ PolicyName: state.policy(arn).name, PolicyArn: arn })),
        ...rest,
      };
    },

    TagRole({ RoleName, Tags }: TagRoleRequest): void {
      setTags(state.role(RoleName).tags, Tags, 'insensitive');
    },

    UntagRole({ RoleName, TagKeys }: UntagRoleRequest): void {
      removeTags(state.role(RoleName).tags, TagKeys);
    },

    ListRoleTags(input: ListRoleTagsRequest): ListRoleTagsResponse {
      const { page, rest } = pageOf(tagsByKey(state.role(input.RoleName).tags), input);
      return { Tags: page, ...rest };
    },
  };
}

/** What every operation says of a role. Documents travel URL-encoded. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
function shapeOf(role: Role): RoleShape {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encodeURIComponent(role.trust.json),
  };
}

/** Without what a list leaves out. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
function listedShapeOf(role: Role): RoleShape {
  return { ...shapeOf(role), Description: role.description, MaxSessionDuration: role.maxSessionSeconds };
}

function wholeShapeOf(role: Role): RoleShape {
  // When a role was last used is not kept.
  return { ...listedShapeOf(role), ...tagsOf(role), RoleLastUsed: {} };
}

function tagsOf({ tags }: Role): { Tags?: Tag[] } {
  return tags.size > 0 ? { Tags: tagList(tags) } : {};
}

function checkSession(seconds: number): number {
  if (seconds >= SESSION_SECONDS.min && seconds <= SESSION_SECONDS.max) return seconds;
  const limit =
    seconds < SESSION_SECONDS.min
      ? `greater than or equal to ${SESSION_SECONDS.min}`
      : `less than or equal to ${SESSION_SECONDS.max}`;
  throw broken('maxSessionDuration', `have value ${limit}`);
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
