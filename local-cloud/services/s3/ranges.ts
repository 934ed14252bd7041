import { invalidArgument, invalidRequest, s3Error } from './errors.ts';

/** Bytes `from` to `to` (exclusive). */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads a Range header. One range only; a header that is none is ignored, as HTTP demands.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 * @throws InvalidRange (416) when nothing of it lies within the object
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [, first = '', last = ''] = match;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (from < to) return { from, to };
  throw s3Error('InvalidRange', 'The requested range is not satisfiable', 416, {
    RangeRequested: header,
    ActualObjectSize: size,
    'content-range': `bytes */${size}`,
  });
}

/**
 * The bytes of one part of a multipart object; an object of a single piece has one part.
 * @throws InvalidPartNumber (416), InvalidArgument
 */
export function rangeOfPart(
  partNumber: number,
  parts: readonly { readonly size: number }[] | undefined,
  size: number,
): ByteRange {
  checkPartNumber(partNumber);
  const sizes = parts?.map((part) => part.size) ?? [size];
  const from = sizes.slice(0, partNumber - 1).reduce((sum, part) => sum + part, 0);
  const length = sizes[partNumber - 1];
  if (length !== undefined) return { from, to: from + length };
  throw s3Error('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416, {
    PartNumberRequested: partNumber,
    ActualPartCount: sizes.length,
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export function checkPartNumber(partNumber: number | undefined): number {
  if (partNumber !== undefined && Number.isInteger(partNumber) && partNumber >= 1 && partNumber <= 10_000) {
    return partNumber;
  }
  throw invalidArgument(
    'Part number must be an integer between 1 and 10000, inclusive',
    'partNumber',
    partNumber,
  );
}

/** The range of a copied part, which must lie wholly within its source. @throws InvalidArgument, InvalidRequest */
export function readCopyRange(header: string | undefined, size: number): ByteRange {
  if (header === undefined) return { from: 0, to: size };
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const from = Number(match?.[1]);
  const to = Number(match?.[2]) + 1;
  if (!match || from >= to) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  }
  if (from >= size) throw invalidRequest('The specified copy range is invalid for the source object size');
  if (to > size) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      'x-amz-copy-source-range',
      header,
    );
  }
  return { from, to };
}
