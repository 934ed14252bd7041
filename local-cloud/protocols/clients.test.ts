import { cbor, tagSymbol } from '@smithy/core/cbor';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AwsError } from '../errors.ts';
import { createCredentialStore } from '../iam/credentials.ts';
import { type Listener, listenOnLoopback } from '../listen.ts';
import { createAccountServer } from '../server.ts';
import { testCloud } from '../testing.ts';

/** What clients other than today's SDK send: CBOR, forms, and requests for what is not here. */
let cloud: ReturnType<typeof testCloud>;
let listener: Listener;

const services = {
  monitoring: {
    DescribeAlarmHistory: ({ StartDate }: { StartDate?: Date }) => ({ NextToken: StartDate?.toISOString() }),
    DescribeAlarms: ({ AlarmNames }: { AlarmNames?: string[] }) => {
      if (AlarmNames?.[0] === 'none') throw new AwsError('ResourceNotFound', 'No such alarm.');
      return {
        MetricAlarms: [{ AlarmName: AlarmNames?.[0], AlarmConfigurationUpdatedTimestamp: new Date(0) }],
      };
    },
  },
  sqs: {
    GetQueueUrl: ({ QueueName }: { QueueName?: string }) => {
      if (QueueName === 'none')
        throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
      return { QueueUrl: `http://queues/${QueueName}` };
    },
  },
};

beforeEach(async () => {
  cloud = testCloud();
  const credentials = createCredentialStore(cloud);
  listener = await listenOnLoopback(() => createAccountServer({ cloud, credentials, services }), 0);
});

afterEach(async () => {
  await listener.close();
  cloud[Symbol.dispose]();
});

function post(service: string, path: string, headers: Record<string, string>, body: string | Uint8Array) {
  const authorization = `AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/${service}/aws4_request, Signature=s`;
  return fetch(listener.url + path, {
    method: 'POST',
    headers: { authorization, ...headers },
    body: Buffer.from(body),
  });
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
const CBOR = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
const OPERATION = '/service/GraniteServiceVersion20100801/operation/';
const askCbor = async (operation: string, body: Uint8Array) => {
  const response = await post('monitoring', OPERATION + operation, CBOR, body);
  const answer = cbor.deserialize(new Uint8Array(await response.arrayBuffer())) as Record<string, unknown>;
  return { status: response.status, protocol: response.headers.get('smithy-protocol'), answer };
};

describe('RPC v2 with CBOR', () => {
  test('is read and answered', async () => {
    const { status, protocol, answer } = await askCbor(
      'DescribeAlarms',
      cbor.serialize({ AlarmNames: ['a'] }),
    );
    expect([status, protocol]).toEqual([200, 'rpc-v2-cbor']);
    expect(answer).toMatchObject({ MetricAlarms: [{ AlarmName: 'a' }] });
  });

  test("carries an error's code and message", async () => {
    const { status, answer } = await askCbor('DescribeAlarms', cbor.serialize({ AlarmNames: ['none'] }));
    expect(status).toBe(404);
    expect(answer).toMatchObject({
      __type: expect.stringMatching(/#ResourceNotFound$/),
      message: 'No such alarm.',
    });
  });

  test.each([
    ['is no CBOR', Buffer.from([0x61])],
    ['is no structure', cbor.serialize('text')],
    ['has a member of another type', cbor.serialize({ AlarmNames: 5 })],
  ])('refuses a body that %s', async (_, body) => {
    const { status, answer } = await askCbor('DescribeAlarms', body);
    expect([status, String(answer.__type)]).toEqual([400, expect.stringMatching(/#SerializationException$/)]);
  });

  test('reads a time', async () => {
    const StartTime = { tag: 1, value: 1_700_000_000, [tagSymbol]: true };
    const { answer } = await askCbor('DescribeAlarmHistory', cbor.serialize({ StartDate: StartTime }));
    expect(answer.NextToken).toBe('2023-11-14T22:13:20.000Z');
  });

  test('refuses an operation that is not here by name', async () => {
    const { answer } = await askCbor('ListDashboards', cbor.serialize({}));
    expect(answer.message).toBe('monitoring:ListDashboards is not supported by the local cloud.');
  });
});

describe('a service that speaks JSON today', () => {
  test('takes a form and answers XML, as older clients expect', async () => {
    const response = await post('sqs', '/', FORM, 'Action=GetQueueUrl&Version=2012-11-05&QueueName=orders');
    expect(await response.text()).toContain('<GetQueueUrlResult><QueueUrl>http://queues/orders</QueueUrl>');
  });

  test("answers a form's error in XML, with the older code and words", async () => {
    const response = await post('sqs', '/', FORM, 'Action=GetQueueUrl&QueueName=none');
    expect(await response.text()).toContain(
      '<Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>The specified queue does not exist for this wsdl version.</Message>',
    );
  });

  test('answers a form without an action in XML', async () => {
    const response = await post('sqs', '/', FORM, 'QueueName=none');
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('<ErrorResponse'),
    ]);
  });
});

describe('a service that is not here is refused by name', () => {
  test('to a form, in XML', async () => {
    const response = await post('sns', '/', FORM, 'Action=ListTopics&Version=2010-03-31');
    expect(await response.text()).toContain(
      '<Message>The service sns is not supported by the local cloud (ListTopics).</Message>',
    );
  });

  test('to a target, in JSON', async () => {
    const response = await post('kinesis', '/', { 'x-amz-target': 'Kinesis_20131202.ListStreams' }, '{}');
    expect(await response.json()).toMatchObject({
      message: 'The service kinesis is not supported by the local cloud (ListStreams).',
    });
  });

  test('to CBOR, in CBOR', async () => {
    const response = await post(
      'kinesis',
      '/service/Kinesis/operation/ListStreams',
      CBOR,
      cbor.serialize({}),
    );
    expect(cbor.deserialize(new Uint8Array(await response.arrayBuffer()))).toMatchObject({
      message: 'The service kinesis is not supported by the local cloud (ListStreams).',
    });
  });

  test("to S3's clients, in XML", async () => {
    const response = await post('s3express', '/bucket?session', {}, '');
    expect(await response.text()).toContain('<Error><Code>UnknownOperationException</Code>');
  });
});
