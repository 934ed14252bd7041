import { createHash } from 'node:crypto';
import { requestIds } from '../../protocols/rest-xml.ts';
import type { Call, Cloud, Principal } from '../../service.ts';
import type { Bucket } from './buckets.ts';
import { encodeKey } from './listing.ts';
import type { StoredObject } from './objects.ts';

/** What happens to objects here and can be told to others. */
export const EVENT_NAMES = [
  'ObjectCreated:Put',
  'ObjectCreated:Copy',
  'ObjectCreated:CompleteMultipartUpload',
  'ObjectRemoved:Delete',
  'ObjectRemoved:DeleteMarkerCreated',
  'ObjectTagging:Put',
  'ObjectTagging:Delete',
] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** Something that has happened to an object. */
export interface ObjectEvent {
  readonly name: EventName;
  readonly bucket: Bucket;
  readonly key: string;
  /** Absent when it is gone. */
  readonly object?: StoredObject;
  /** Of what was deleted, or of the delete marker. */
  readonly versionId?: string;
  /** The call that did it. */
  readonly call: Call;
}

export type Emit = (event: ObjectEvent) => void;

/** An event with what is the same in all its notifications. */
export interface StampedEvent extends ObjectEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly sequencer: string;
}

/**
 * Handlers must only look at the major number.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
const EVENT_VERSION = '2.1';
const TAGGING_EVENT_VERSION = '2.3';

/** MD5 of nothing: the ETag of a delete marker in its event. */
const EMPTY_ETAG = 'd41d8cd98f00b204e9800998ecf8427e';

/** The message to queues and functions: one record. */
export function eventMessage(cloud: Cloud, configurationId: string, event: StampedEvent): object {
  const { bucket, call } = event;
  return {
    Records: [
      {
        eventVersion: isTagging(event) ? TAGGING_EVENT_VERSION : EVENT_VERSION,
        eventSource: 'aws:s3',
        awsRegion: cloud.region,
        eventTime: new Date(event.at).toISOString(),
        eventName: event.name,
        userIdentity: { principalId: principalIdOf(call.principal) },
        requestParameters: { sourceIPAddress: call.sourceIp ?? '127.0.0.1' },
        responseElements: requestIds(call.requestId),
        s3: {
          s3SchemaVersion: '1.0',
          configurationId,
          bucket: {
            name: bucket.name,
            ownerIdentity: { principalId: shortId('A', cloud.accountId, 13) },
            arn: bucket.arn,
          },
          object: objectOf(event),
        },
      },
    ],
  };
}

function isTagging({ name }: ObjectEvent): boolean {
  return name.startsWith('ObjectTagging');
}

function objectOf(event: StampedEvent): object {
  const { name, bucket, key, object, versionId, sequencer } = event;
  const version = bucket.versioning && (object?.versionId ?? versionId);
  return {
    key: encodeKey(key),
    ...(name.startsWith('ObjectCreated') && { size: object?.content.size }),
    ...(object && { eTag: object.etag }),
    ...(name === 'ObjectRemoved:DeleteMarkerCreated' && { eTag: EMPTY_ETAG }),
    ...(version && { versionId: version }),
    // Of writes and deletes only.
    ...(!isTagging(event) && { sequencer }),
  };
}

/** An event as EventBridge gets it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export interface BusEvent {
  readonly source: 'aws.s3';
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

const ON_THE_BUS: Readonly<Record<EventName, { detailType: string; detail: object }>> = {
  'ObjectCreated:Put': { detailType: 'Object Created', detail: { reason: 'PutObject' } },
  'ObjectCreated:Copy': { detailType: 'Object Created', detail: { reason: 'CopyObject' } },
  'ObjectCreated:CompleteMultipartUpload': {
    detailType: 'Object Created',
    detail: { reason: 'CompleteMultipartUpload' },
  },
  'ObjectRemoved:Delete': {
    detailType: 'Object Deleted',
    detail: { reason: 'DeleteObject', 'deletion-type': 'Permanently Deleted' },
  },
  'ObjectRemoved:DeleteMarkerCreated': {
    detailType: 'Object Deleted',
    detail: { reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' },
  },
  'ObjectTagging:Put': { detailType: 'Object Tags Added', detail: {} },
  'ObjectTagging:Delete': { detailType: 'Object Tags Deleted', detail: {} },
};

export function busEvent(cloud: Cloud, event: StampedEvent): BusEvent {
  const { bucket, key, object, versionId, call, sequencer } = event;
  const { detailType, detail } = ON_THE_BUS[event.name];
  const version = bucket.versioning && (object?.versionId ?? versionId);
  return {
    source: 'aws.s3',
    detailType,
    resources: [bucket.arn],
    detail: {
      version: '0',
      bucket: { name: bucket.name },
      object: {
        key,
        ...(event.name.startsWith('ObjectCreated') && { size: object?.content.size }),
        ...(object && { etag: object.etag }),
        ...(version && { 'version-id': version }),
        ...(!isTagging(event) && { sequencer }),
      },
      'request-id': requestIds(call.requestId)['x-amz-request-id'],
      requester: cloud.accountId,
      'source-ip-address': call.sourceIp ?? '127.0.0.1',
      ...detail,
    },
  };
}

/** Makes sequencers: hexadecimal, and greater for what happened later. */
export function createSequencer(cloud: Cloud): () => string {
  let last = 0n;
  return () => {
    // Microseconds of cloud time leave room between events of the same millisecond.
    const now = BigInt(Math.floor(cloud.clock.now())) * 1000n;
    last = now > last ? now : last + 1n;
    return last.toString(16).toUpperCase().padStart(18, '0');
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
function principalIdOf(principal: Principal): string {
  if (principal.type === 'role') {
    return `AWS:${shortId('AROA', principal.roleArn, 17)}:${principal.sessionName}`;
  }
  return principal.type === 'service' ? principal.service : shortId('A', principal.accountId, 13);
}

function shortId(prefix: string, of: string, length: number): string {
  const number = BigInt(`0x${createHash('sha256').update(of).digest('hex')}`);
  return prefix + number.toString(36).toUpperCase().slice(0, length);
}
