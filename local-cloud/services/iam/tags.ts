import type { Tag } from '@aws-sdk/client-iam';
import { AwsError } from '../../errors.ts';
import { broken, required } from './state.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const PATTERN = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]';

/** Whether two keys that differ by case only are two tags: those of a role are one, those of a policy are two. */
export type TagCase = 'sensitive' | 'insensitive';

/**
 * Adds tags, or gives those that are there new values.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 * @throws ValidationError, InvalidInputException, LimitExceededException; nothing is set then
 */
export function setTags(tags: Map<string, string>, given: readonly Tag[] = [], tagCase: TagCase): void {
  if (given.length > MOST_TAGS) throw broken('tags', `have length less than or equal to ${MOST_TAGS}`);
  given.forEach(checkTag);
  const keys = given.map(({ Key = '' }) => (tagCase === 'sensitive' ? Key : Key.toLowerCase()));
  if (new Set(keys).size < keys.length) {
    const hint = tagCase === 'insensitive' ? ' Please note that Tag keys are case insensitive.' : '';
    throw new AwsError('InvalidInputException', `Duplicate tag keys found.${hint}`);
  }
  const wanted = new Map([...tags, ...given.map(({ Key = '', Value = '' }) => [Key, Value] as const)]);
  if (wanted.size > MOST_TAGS) {
    throw new AwsError('LimitExceededException', 'The number of tags has reached the maximum limit.', {
      status: 409,
    });
  }
  for (const [key, value] of wanted) tags.set(key, value);
}

/** @throws ValidationError */
export function removeTags(tags: Map<string, string>, keys: readonly string[] = []): void {
  if (keys.length > MOST_TAGS) throw broken('tagKeys', `have length less than or equal to ${MOST_TAGS}`);
  if (keys.some((key) => key.length < 1 || key.length > LONGEST_KEY || !TEXT.test(key))) {
    throw broken(
      'tagKeys',
      `satisfy constraint: [Member must have length less than or equal to ${LONGEST_KEY}, Member must have ` +
        `length greater than or equal to 1, Member must satisfy regular expression pattern: ${PATTERN}+, ` +
        'Member must not be null]',
    );
  }
  for (const key of keys) tags.delete(key);
}

export function tagList(tags: ReadonlyMap<string, string>): Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** As the operations that list tags return them. */
export function tagsByKey(tags: ReadonlyMap<string, string>): Tag[] {
  return tagList(new Map([...tags].sort(([a], [b]) => (a < b ? -1 : 1))));
}

function checkTag({ Key, Value = '' }: Tag, index: number): void {
  const at = `tags.${index + 1}.member`;
  const key = required(Key, `${at}.key`);
  if (key.length > LONGEST_KEY) throw broken(`${at}.key`, `have length less than or equal to ${LONGEST_KEY}`);
  if (!TEXT.test(key)) throw broken(`${at}.key`, `satisfy regular expression pattern: ${PATTERN}+`);
  if (Value.length > LONGEST_VALUE) {
    throw broken(`${at}.value`, `have length less than or equal to ${LONGEST_VALUE}`);
  }
  if (!TEXT.test(Value)) throw broken(`${at}.value`, `satisfy regular expression pattern: ${PATTERN}*`);
}
