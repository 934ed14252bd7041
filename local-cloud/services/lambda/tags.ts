import type {
  ListTagsRequest,
  ListTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-lambda';
import { AwsError, notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import type { Functions } from './functions.ts';
import { parseFunctionReference } from './names.ts';
import { renewRevision } from './revisions.ts';

/** What has tags: a function or an event source mapping. */
export interface Tagged {
  readonly tags: Map<string, string>;
  /** Told after its tags were set or taken away. */
  onChange?(): void;
}

/**
 * Makes the operations on the tags of functions and event source mappings.
 * @param taggedOf what has an ARN; throws when there is no such resource
 */
export function createTagOperations(taggedOf: (arn: string | undefined) => Tagged) {
  return {
    /** https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html */
    TagResource({ Resource, Tags = {} }: TagResourceRequest): void {
      const tagged = taggedOf(Resource);
      if (Object.keys(Tags).length === 0) {
        throw new AwsError(
          'InvalidParameterValueException',
          'An error occurred and the request cannot be processed.',
        );
      }
      checkTagCount({ ...Object.fromEntries(tagged.tags), ...Tags });
      for (const [key, value] of Object.entries(Tags)) tagged.tags.set(key, value);
      tagged.onChange?.();
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html */
    UntagResource({ Resource, TagKeys = [] }: UntagResourceRequest): void {
      if (TagKeys.length === 0) {
        throw new AwsError(
          'ValidationException',
          "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null",
        );
      }
      const tagged = taggedOf(Resource);
      for (const key of TagKeys) tagged.tags.delete(key);
      tagged.onChange?.();
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html */
    ListTags: ({ Resource }: ListTagsRequest): ListTagsResponse => ({
      Tags: Object.fromEntries(taggedOf(Resource).tags),
    }),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html: 50 tags for each resource. */
const MOST_TAGS = 50;

/**
 * Checks the tags that a resource is to have.
 * @throws AwsError InvalidParameterValueException when they are too many
 */
export function checkTagCount(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length <= MOST_TAGS) return;
  throw new AwsError('InvalidParameterValueException', 'Number of tags exceeds resource tag limit.');
}

/** Resources that have tags, as AWS writes the pattern of their ARNs. */
const PATTERN =
  'arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})';

/**
 * Checks the ARN of what has tags.
 * @throws AwsError ValidationException when it is none of Lambda's
 */
export function checkTaggedArn(arn = ''): void {
  if (new RegExp(`^${PATTERN}$`).test(arn)) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${arn}' at 'resource' failed to satisfy constraint: Member must satisfy regular expression pattern: ${PATTERN}`,
  );
}

/**
 * A function, to read and to change its tags.
 * @throws AwsError ResourceNotFoundException; InvalidParameterValueException for a version or an alias
 */
export function taggedFunction(cloud: Cloud, functions: Functions, arn: string | undefined): Tagged {
  const [, other] = /:(layer|code-signing-config):/.exec(arn ?? '') ?? [];
  if (other) throw notSupported(`Tags of a ${other}`);
  const { qualifier } = parseFunctionReference(arn);
  if (qualifier !== undefined) {
    throw new AwsError(
      'InvalidParameterValueException',
      'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    );
  }
  const entry = functions.entry(arn);
  return { tags: entry.tags, onChange: () => renewRevision(cloud, entry, '') };
}
