import type {
  ListTagsOfResourceInput,
  ListTagsOfResourceOutput,
  Tag,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../errors.ts';
import { createConstraints } from './constraints.ts';
import { validationError } from './errors.ts';
import type { Table } from './storage/table.ts';
import type { Tables } from './tables.ts';

export interface TagOperations {
  TagResource(input: TagResourceInput): object;
  UntagResource(input: UntagResourceInput): object;
  ListTagsOfResource(input: ListTagsOfResourceInput): ListTagsOfResourceOutput;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html */
const MAX_TAGS = 50;
const TAGS_PER_PAGE = 10;

export function createTagOperations(tables: Tables): TagOperations {
  function tagged(arn: string): Table {
    const table = [...tables.byName.values()].find((candidate) => candidate.arn === arn);
    if (table) return table;
    throw new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: ResourcArn: ${arn} not found`,
    );
  }

  return {
    TagResource({ ResourceArn, Tags }) {
      const arn = tableArn(ResourceArn, 'tags', Tags ?? null);
      if (!Tags?.length) throw validationError('Atleast one Tag needs to be provided as Input.');
      const table = tagged(arn);
      const tags = new Map([...table.tags, ...tagMap(Tags)]);
      refuseTooMany(tags);
      for (const [key, value] of tags) table.tags.set(key, value);
      return {};
    },

    UntagResource({ ResourceArn, TagKeys }) {
      const arn = tableArn(ResourceArn, 'tagKeys', TagKeys ?? null);
      if (!TagKeys?.length) throw validationError('Atleast one Tag Key needs to be provided as Input.');
      const table = tagged(arn);
      for (const key of TagKeys) table.tags.delete(key);
      return {};
    },

    ListTagsOfResource({ ResourceArn, NextToken }) {
      const tags = [...tagged(tableArn(ResourceArn)).tags].map(([Key, Value]) => ({ Key, Value }));
      const start = NextToken === undefined ? 0 : Number(NextToken);
      if (!Number.isInteger(start)) throw validationError('Invalid NextToken');
      const end = start + TAGS_PER_PAGE;
      return { Tags: tags.slice(start, end), ...(end < tags.length && { NextToken: String(end) }) };
    },
  };
}

/** Tags by key. @throws ValidationException for too long or too many tags, or a key that stands twice */
export function tagMap(tags: readonly Tag[]): Map<string, string> {
  const constraints = createConstraints();
  tags.forEach(({ Key, Value }, index) => {
    constraints.notNull(`tags.${index + 1}.member.key`, Key);
    constraints.length(`tags.${index + 1}.member.key`, Key, 1, 128);
    constraints.notNull(`tags.${index + 1}.member.value`, Value);
    constraints.length(`tags.${index + 1}.member.value`, Value, 0, 256);
  });
  constraints.end();
  const map = new Map(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
  if (map.size !== tags.length) throw validationError('Tag keys must be unique');
  refuseTooMany(map);
  return map;
}

function refuseTooMany(tags: ReadonlyMap<string, string>): void {
  if (tags.size > MAX_TAGS) throw validationError(`The number of tags exceeds the limit of ${MAX_TAGS}`);
}

/**
 * The ARN of a request on tags, checked in AWS's order: that there is one, the other member, its form.
 * @param value the other required member; `null` when it is missing
 */
function tableArn(arn: string | undefined, at = 'tags', value: unknown = []): string {
  if (arn === undefined) throw validationError('Invalid TableArn');
  const constraints = createConstraints();
  constraints.notNull(at, value);
  constraints.end();
  if (/^arn:aws[a-z-]*:dynamodb:[^:]+:\d+:table\/[^/]{3,}$/.test(arn)) return arn;
  throw validationError(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
}
