import type { CompletedPart } from '@aws-sdk/client-s3';
import { ALGORITHMS, checksumMember } from './checksums.ts';
import { invalidRequest, malformedXml, s3Error } from './errors.ts';
import type { Part, Upload } from './uploads.ts';

/** All parts but the last. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

/**
 * The parts that a completion names, in their order.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 * @throws MalformedXML, InvalidPartOrder, InvalidPart, InvalidRequest, BadDigest, EntityTooSmall
 */
export function chosenParts(upload: Upload, list: readonly CompletedPart[]): Part[] {
  if (list.length === 0) throw malformedXml();
  refuseDisorder(upload, list);
  const parts = list.map((named) => chosenPart(upload, named));
  const small = parts.slice(0, -1).find(({ content }) => content.size < SMALLEST_PART_BYTES);
  if (!small) return parts;
  throw s3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, {
    ProposedSize: small.content.size,
    MinSizeAllowed: SMALLEST_PART_BYTES,
    PartNumber: small.number,
    ETag: small.etag,
  });
}

function refuseDisorder({ id }: Upload, list: readonly CompletedPart[]): void {
  let previous = 0;
  for (const { PartNumber = 0 } of list) {
    if (PartNumber <= previous) {
      throw s3Error(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
        400,
        { UploadId: id },
      );
    }
    previous = PartNumber;
  }
}

function chosenPart(upload: Upload, named: CompletedPart): Part {
  const { PartNumber = 0, ETag = '' } = named;
  const { algorithm } = upload;
  const part = upload.parts.get(PartNumber);
  const etag = ETag.replace(/^"(.*)"$/, '$1');
  const others = ALGORITHMS.filter((one) => one !== algorithm && named[checksumMember(one)] !== undefined);
  const own = algorithm && named[checksumMember(algorithm)];
  const isAnother = own !== undefined && own !== part?.checksum.value;
  // Parts have checksums of their own only where the upload was begun with one.
  const hasNone = !algorithm && others.length > 0;
  if (!part || part.etag !== etag || isAnother || hasNone) {
    throw s3Error(
      'InvalidPart',
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      400,
      { UploadId: upload.id, PartNumber, ETag: etag },
    );
  }
  if (others[0]) {
    throw s3Error(
      'BadDigest',
      `The ${others[0].toLowerCase()} you specified for part ${PartNumber} did not match what we received.`,
    );
  }
  if (upload.checksumType === 'COMPOSITE' && own === undefined) {
    throw invalidRequest(
      `The upload was created using a ${algorithm?.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${PartNumber} in the request.`,
    );
  }
  return part;
}
