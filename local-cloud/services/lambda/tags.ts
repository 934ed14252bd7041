import type {
  ListTagsRequest,
  ListTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../errors.ts';
import type { Functions } from './functions.ts';
import { parseFunctionReference } from './names.ts';

/**
 * Makes the operations on the tags of functions and event source mappings.
 * @param tagsOf the tags of an ARN, to read and to change; throws when there is no such resource
 */
export function createTagOperations(tagsOf: (arn: string | undefined) => Map<string, string>) {
  return {
    /** https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html */
    TagResource({ Resource, Tags = {} }: TagResourceRequest): void {
      const tags = tagsOf(Resource);
      for (const [key, value] of Object.entries(Tags)) tags.set(key, value);
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html */
    UntagResource({ Resource, TagKeys = [] }: UntagResourceRequest): void {
      const tags = tagsOf(Resource);
      for (const key of TagKeys) tags.delete(key);
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html */
    ListTags: ({ Resource }: ListTagsRequest): ListTagsResponse => ({
      Tags: Object.fromEntries(tagsOf(Resource)),
    }),
  };
}

/**
 * The tags of a function.
 * @throws AwsError ResourceNotFoundException; InvalidParameterValueException for a version or an alias
 */
export function tagsOfFunction(functions: Functions, arn: string | undefined): Map<string, string> {
  const { qualifier } = parseFunctionReference(arn);
  if (qualifier !== undefined) {
    throw new AwsError(
      'InvalidParameterValueException',
      'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    );
  }
  return functions.entry(arn).tags;
}
