import type { StaticOperationSchema, StaticStructureSchema } from '@smithy/types';

const NAMESPACE = 'com.amazonaws.xray';

const request = [
  3,
  NAMESPACE,
  'PutSpansRequest',
  0,
  ['contentType', 'contentEncoding', 'body'],
  [
    [0, { httpHeader: 'Content-Type' }],
    [0, { httpHeader: 'Content-Encoding' }],
    [21, { httpPayload: 1 }],
  ],
] satisfies StaticStructureSchema;

const result = [
  3,
  NAMESPACE,
  'PutSpansResult',
  0,
  ['contentType', 'body'],
  [
    [0, { httpHeader: 'Content-Type' }],
    [21, { httpPayload: 1 }],
  ],
] satisfies StaticStructureSchema;

/**
 * The endpoint to which X-Ray takes OpenTelemetry's protocol; its client does not publish it. Named after its IAM action.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html
 */
export const PUT_SPANS: StaticOperationSchema = [
  9,
  NAMESPACE,
  'PutSpans',
  { http: ['POST', '/v1/traces', 200] },
  request,
  result,
];
