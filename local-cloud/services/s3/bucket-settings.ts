import type {
  DeleteBucketEncryptionRequest,
  DeleteBucketOwnershipControlsRequest,
  DeleteBucketTaggingRequest,
  DeletePublicAccessBlockRequest,
  GetBucketEncryptionOutput,
  GetBucketEncryptionRequest,
  GetBucketOwnershipControlsOutput,
  GetBucketOwnershipControlsRequest,
  GetBucketTaggingOutput,
  GetBucketTaggingRequest,
  GetBucketVersioningOutput,
  GetBucketVersioningRequest,
  GetPublicAccessBlockOutput,
  GetPublicAccessBlockRequest,
  PutBucketEncryptionRequest,
  PutBucketOwnershipControlsRequest,
  PutBucketTaggingRequest,
  PutBucketVersioningRequest,
  PutPublicAccessBlockRequest,
} from '@aws-sdk/client-s3';
import { notSupported } from '../../errors.ts';
import { type Buckets, DEFAULT_ENCRYPTION, isOwnership, refuseMembers } from './buckets.ts';
import { invalidArgument, malformedXml, s3Error } from './errors.ts';
import { readTags, tagSet } from './tags.ts';

/** What a bucket is told, and answers again: versioning, encryption, tags, public access, ownership. */
export function createBucketSettings(buckets: Buckets) {
  return {
    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
    PutBucketVersioning(input: PutBucketVersioningRequest): void {
      const bucket = buckets.get(input);
      const { Status, MFADelete } = input.VersioningConfiguration ?? {};
      if (MFADelete === 'Enabled') throw notSupported("S3's MFADelete");
      if (Status === undefined) {
        throw s3Error('IllegalVersioningConfigurationException', 'The Versioning element must be specified');
      }
      if (Status !== 'Enabled' && Status !== 'Suspended') throw malformedXml();
      bucket.versioning = Status;
    },

    GetBucketVersioning(input: GetBucketVersioningRequest): GetBucketVersioningOutput {
      const { versioning } = buckets.get(input);
      return versioning ? { Status: versioning } : {};
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html */
    PutBucketEncryption(input: PutBucketEncryptionRequest): void {
      const bucket = buckets.get(input);
      const { Rules = [] } = input.ServerSideEncryptionConfiguration ?? {};
      const [rule, ...others] = Rules;
      if (!rule || others.length > 0) throw malformedXml();
      const { SSEAlgorithm: algorithm, KMSMasterKeyID } = rule.ApplyServerSideEncryptionByDefault ?? {};
      if (algorithm === 'AES256' && KMSMasterKeyID !== undefined) {
        throw invalidArgument(
          'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
          'ApplyServerSideEncryptionByDefault',
        );
      }
      if (algorithm !== undefined && algorithm !== 'AES256')
        throw notSupported(`S3's encryption with ${algorithm}`);
      refuseMembers(rule, { BlockedEncryptionTypes: [] });
      bucket.encryption = {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
            BucketKeyEnabled: rule.BucketKeyEnabled ?? false,
          },
        ],
      };
    },

    GetBucketEncryption(input: GetBucketEncryptionRequest): GetBucketEncryptionOutput {
      return { ServerSideEncryptionConfiguration: buckets.get(input).encryption };
    },

    /** A bucket goes back to the default: there is none without encryption. */
    DeleteBucketEncryption(input: DeleteBucketEncryptionRequest): void {
      buckets.get(input).encryption = DEFAULT_ENCRYPTION;
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html */
    PutBucketTagging(input: PutBucketTaggingRequest): void {
      buckets.get(input).tags = readTags(input.Tagging?.TagSet, 'bucket');
    },

    GetBucketTagging(input: GetBucketTaggingRequest): GetBucketTaggingOutput {
      const { tags, name } = buckets.get(input);
      if (Object.keys(tags).length === 0) {
        throw s3Error('NoSuchTagSet', 'The TagSet does not exist', 404, { BucketName: name });
      }
      return { TagSet: tagSet(tags) };
    },

    DeleteBucketTagging(input: DeleteBucketTaggingRequest): void {
      buckets.get(input).tags = {};
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html */
    PutPublicAccessBlock(input: PutPublicAccessBlockRequest): void {
      const bucket = buckets.get(input);
      const wanted = input.PublicAccessBlockConfiguration;
      if (!wanted) throw malformedXml();
      bucket.publicAccessBlock = {
        BlockPublicAcls: wanted.BlockPublicAcls ?? false,
        IgnorePublicAcls: wanted.IgnorePublicAcls ?? false,
        BlockPublicPolicy: wanted.BlockPublicPolicy ?? false,
        RestrictPublicBuckets: wanted.RestrictPublicBuckets ?? false,
      };
    },

    GetPublicAccessBlock(input: GetPublicAccessBlockRequest): GetPublicAccessBlockOutput {
      const { publicAccessBlock, name } = buckets.get(input);
      if (publicAccessBlock) return { PublicAccessBlockConfiguration: publicAccessBlock };
      throw s3Error(
        'NoSuchPublicAccessBlockConfiguration',
        'The public access block configuration was not found',
        404,
        { BucketName: name },
      );
    },

    DeletePublicAccessBlock(input: DeletePublicAccessBlockRequest): void {
      buckets.get(input).publicAccessBlock = undefined;
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html */
    PutBucketOwnershipControls(input: PutBucketOwnershipControlsRequest): void {
      const bucket = buckets.get(input);
      const [rule, ...others] = input.OwnershipControls?.Rules ?? [];
      if (!isOwnership(rule?.ObjectOwnership) || others.length > 0) throw malformedXml();
      bucket.ownership = rule.ObjectOwnership;
    },

    GetBucketOwnershipControls(input: GetBucketOwnershipControlsRequest): GetBucketOwnershipControlsOutput {
      const { ownership, name } = buckets.get(input);
      if (ownership) return { OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] } };
      throw s3Error('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found', 404, {
        BucketName: name,
      });
    },

    DeleteBucketOwnershipControls(input: DeleteBucketOwnershipControlsRequest): void {
      buckets.get(input).ownership = undefined;
    },
  };
}
