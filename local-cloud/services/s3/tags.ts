import type { Tag } from '@aws-sdk/client-s3';
import { invalidArgument, malformedXml, s3Error } from './errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MOST_OBJECT_TAGS = 10;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html */
const MOST_BUCKET_TAGS = 50;

/** Letters, digits, spaces and some signs, as for every tag on AWS. */
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Keys that begin with `aws:` are AWS's own. */
const SYSTEM_TAG = {
  object: 'Your TagKey cannot be prefixed with aws:',
  bucket: 'System tags cannot be added/updated by requester',
};

/**
 * Reads a set of tags.
 * @throws InvalidTag, BadRequest, MalformedXML
 */
export function readTags(list: readonly Tag[] | undefined, of: 'object' | 'bucket'): Record<string, string> {
  if (!list) throw malformedXml();
  const most = of === 'object' ? MOST_OBJECT_TAGS : MOST_BUCKET_TAGS;
  if (list.length > most) {
    throw s3Error(
      'BadRequest',
      `${of === 'object' ? 'Object' : 'Bucket'} tags cannot be greater than ${most}`,
    );
  }
  const tags: Record<string, string> = {};
  for (const { Key = '', Value } of list) {
    if (Value === undefined) throw malformedXml();
    if (Key === '' || Key.length > 128 || !TEXT.test(Key))
      throw invalidTag('The TagKey you have provided is invalid', Key);
    if (Value.length > 256 || !TEXT.test(Value))
      throw invalidTag('The TagValue you have provided is invalid', Key, Value);
    if (/^aws:/i.test(Key)) throw invalidTag(SYSTEM_TAG[of], Key);
    if (Key in tags) throw invalidTag('Cannot provide multiple Tags with the same key', Key);
    tags[Key] = Value;
  }
  return tags;
}

/**
 * Tags as the header `x-amz-tagging` carries them: `a=1&b=2`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 * @throws InvalidArgument, InvalidTag, BadRequest
 */
export function readTagHeader(text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  const list = [...new URLSearchParams(text)].map(([Key, Value]) => ({ Key, Value }));
  const isQuery = text.split('&').every((pair) => pair.split('=').length <= 2);
  if (!isQuery || new Set(list.map(({ Key }) => Key)).size < list.length) {
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      'x-amz-tagging',
      text,
    );
  }
  return readTags(list, 'object');
}

export function tagSet(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function invalidTag(message: string, TagKey: string, TagValue?: string) {
  return s3Error('InvalidTag', message, 400, { TagKey, TagValue });
}
