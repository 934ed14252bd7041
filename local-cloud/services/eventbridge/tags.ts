import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-eventbridge';
import type { Buses } from './buses.ts';
import { checkElements, constraint, overLimit, validation } from './errors.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-tagging.html */
const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

export function createTagOperations(buses: Buses) {
  const holderOf = (arn: string | undefined) => {
    if (!arn) throw constraint(arn, 'resourceARN', 'not be null');
    if (!/^arn:[^:]*:events:[^:]*:\d{12}:(?:rule|event-bus)\/./.test(arn)) {
      throw validation(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
    }
    return buses.byArn(arn);
  };
  return {
    TagResource({ ResourceARN, Tags = [] }: TagResourceRequest): object {
      const holder = holderOf(ResourceARN);
      holder.tags = withTags(holder.tags, Tags);
      return {};
    },

    UntagResource({ ResourceARN, TagKeys = [] }: UntagResourceRequest): object {
      const holder = holderOf(ResourceARN);
      for (const key of TagKeys) holder.tags.delete(key);
      return {};
    },

    ListTagsForResource({ ResourceARN }: ListTagsForResourceRequest): ListTagsForResourceResponse {
      return { Tags: [...holderOf(ResourceARN).tags].map(([Key, Value]) => ({ Key, Value })) };
    },
  };
}

/** @throws ValidationException, LimitExceededException for tags that a resource cannot have */
export function withTags(before: ReadonlyMap<string, string>, tags: readonly Tag[]): Map<string, string> {
  checkElements(tags, 'tags');
  const all = new Map(before);
  for (const [index, { Key = '', Value = '' }] of tags.entries()) {
    const path = `tags.${index + 1}.member`;
    if (Key.length < 1) throw constraint(Key, `${path}.key`, 'have length greater than or equal to 1');
    if (Key.length > LONGEST_KEY) {
      throw constraint(Key, `${path}.key`, `have length less than or equal to ${LONGEST_KEY}`);
    }
    if (Value.length > LONGEST_VALUE) {
      throw constraint(Value, `${path}.value`, `have length less than or equal to ${LONGEST_VALUE}`);
    }
    if (Key.toLowerCase().startsWith('aws:')) {
      throw validation('Aws reserved tag keys are not allowed.');
    }
    all.set(Key, Value);
  }
  if (all.size > MOST_TAGS) throw overLimit();
  return all;
}
