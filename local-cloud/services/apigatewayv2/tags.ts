import type {
  GetTagsRequest,
  GetTagsResponse,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
} from '@aws-sdk/client-apigatewayv2';
import type { Apis } from './apis.ts';
import { badRequest, notFound } from './errors.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-restrictions.html */
const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

export function createTagOperations(apis: Apis) {
  /** The tags of an API or a stage. */
  function holderOf(arn: string | undefined): { Tags?: Record<string, string> } {
    const [, apiId, stageName] =
      /:apigateway:[^:]*::\/apis\/([^/]+)(?:\/stages\/([^/]+))?$/.exec(arn ?? '') ?? [];
    if (!apiId) throw notFound(`Invalid resource ARN specified ${arn}`);
    const api = apis.get(apiId);
    return stageName ? apis.stage(api, stageName) : api.description;
  }

  return {
    GetTags: ({ ResourceArn }: GetTagsRequest): GetTagsResponse => ({
      Tags: holderOf(ResourceArn).Tags ?? {},
    }),

    TagResource({ ResourceArn, Tags = {} }: TagResourceRequest): TagResourceResponse {
      const holder = holderOf(ResourceArn);
      const all = { ...holder.Tags, ...Tags };
      checkTags(all);
      holder.Tags = all;
      return {};
    },

    UntagResource({ ResourceArn, TagKeys = [] }: UntagResourceRequest): void {
      const holder = holderOf(ResourceArn);
      holder.Tags = Object.fromEntries(
        Object.entries(holder.Tags ?? {}).filter(([key]) => !TagKeys.includes(key)),
      );
    },
  };
}

/** @throws BadRequestException for a set of tags that a resource cannot have */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  if (entries.length > MOST_TAGS) throw badRequest(`A resource has at most ${MOST_TAGS} tags`);
  for (const [key, value] of entries) {
    if (key === '' || key.length > LONGEST_KEY || /^aws:/i.test(key)) {
      throw badRequest(`Invalid tag key ${key}: 1 to ${LONGEST_KEY} characters, not beginning with aws:`);
    }
    if (typeof value !== 'string' || value.length > LONGEST_VALUE) {
      throw badRequest(`Invalid tag value of ${key}: at most ${LONGEST_VALUE} characters`);
    }
  }
}
