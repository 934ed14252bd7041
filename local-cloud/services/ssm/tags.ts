import type {
  AddTagsToResourceRequest,
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  RemoveTagsFromResourceRequest,
  Tag,
} from '@aws-sdk/client-ssm';
import { AwsError, notSupported } from '../../errors.ts';
import { constraint, required, validation } from './errors.ts';
import type { Parameter, Parameters } from './parameters.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html */
const MOST_TAGS = 50;

export function createTagOperations(parameters: Parameters) {
  /** @throws InvalidResourceId; UnsupportedOperation for what is not a parameter */
  function tagged({ ResourceType, ResourceId }: { ResourceType?: string; ResourceId?: string }): Parameter {
    const type = required(ResourceType, 'resourceType');
    if (type !== 'Parameter') throw notSupported(`Tags of the resource type ${type}`);
    const parameter = parameters.find(required(ResourceId, 'resourceId'));
    if (!parameter) throw new AwsError('InvalidResourceId', '');
    return parameter;
  }

  return {
    AddTagsToResource(input: AddTagsToResourceRequest): Record<string, never> {
      if (!input.Tags) throw constraint(undefined, 'tags', 'not be null');
      setTags(tagged(input).tags, input.Tags);
      return {};
    },
    RemoveTagsFromResource(input: RemoveTagsFromResourceRequest): Record<string, never> {
      if (!input.TagKeys) throw constraint(undefined, 'tagKeys', 'not be null');
      const { tags } = tagged(input);
      for (const key of input.TagKeys) tags.delete(key);
      return {};
    },
    ListTagsForResource: (input: ListTagsForResourceRequest): ListTagsForResourceResult => ({
      TagList: [...tagged(input).tags].map(([Key, Value]) => ({ Key, Value })),
    }),
  };
}

/** @throws ValidationException, TooManyTagsError; nothing is set then */
export function setTags(tags: Map<string, string>, given: readonly Tag[] = []): void {
  const wanted = new Map(tags);
  for (const { Key, Value } of given) {
    const key = required(Key, 'tags.1.member.key');
    if (/^aws:/i.test(key)) throw validation(`The tag key ${key} is reserved: it begins with aws:`);
    wanted.set(key, Value ?? '');
  }
  if (wanted.size > MOST_TAGS) throw new AwsError('TooManyTagsError', '');
  for (const [key, value] of wanted) tags.set(key, value);
}
