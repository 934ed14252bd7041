import { AwsError } from '../../errors.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html: 50 items at most. */
const PAGE = 50;

/**
 * A page of a list, in the order of the items' keys. A marker is the key of the last item of the page before.
 * @param keyOf unique in the list
 * @throws AwsError ValidationException for a page without items
 */
export function pageOf<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { Marker, MaxItems = PAGE }: { Marker?: string | undefined; MaxItems?: number | undefined },
): { page: Item[]; NextMarker?: string } {
  if (MaxItems < 1) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${MaxItems}' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  }
  const left = items
    .filter((item) => Marker === undefined || keyOf(item) > Marker)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const page = left.slice(0, Math.min(MaxItems, PAGE));
  const last = page.at(-1);
  return { page, ...(page.length < left.length && last !== undefined && { NextMarker: keyOf(last) }) };
}
