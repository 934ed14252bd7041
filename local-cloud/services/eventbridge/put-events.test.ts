import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { describe, expect, it, test } from 'vitest';
import { testEventBridge } from './testing.ts';

const entry = (others: PutEventsRequestEntry = {}): PutEventsRequestEntry => ({
  Source: 'shop.orders',
  DetailType: 'Order Created',
  Detail: '{"orderId":"o-1"}',
  ...others,
});

test.each<[string, PutEventsRequestEntry, string, string]>([
  [
    'without a source',
    { Source: undefined },
    'InvalidArgument',
    'Parameter Source is not valid. Reason: Source is a required argument.',
  ],
  [
    'without a detail type',
    { DetailType: undefined },
    'InvalidArgument',
    'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
  ],
  [
    'without a detail',
    { Detail: undefined },
    'InvalidArgument',
    'Parameter Detail is not valid. Reason: Detail is a required argument.',
  ],
  ['whose detail is no JSON', { Detail: '{"a":' }, 'MalformedDetail', 'Detail is malformed.'],
  ['whose detail is a text', { Detail: '"order"' }, 'MalformedDetail', 'Detail is malformed.'],
  ['whose detail is an array', { Detail: '[]' }, 'MalformedDetail', 'Detail is malformed.'],
  [
    'whose detail is too deep to read',
    { Detail: `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}` },
    'MalformedDetail',
    'Detail is malformed.',
  ],
  [
    'of a time that is none',
    { Time: new Date(Number.NaN) },
    'InvalidArgument',
    'Parameter Time is not valid.',
  ],
  [
    'of an AWS service',
    { Source: 'aws.s3' },
    'NotAuthorizedForSourceException',
    'Not authorized for the source.',
  ],
])('an entry %s fails alone', async (_, others, ErrorCode, ErrorMessage) => {
  using bridge = testEventBridge();
  await bridge.createRule([{ Arn: bridge.functionArn }]);
  const { FailedEntryCount, Entries } = await bridge.events.PutEvents(
    { Entries: [entry(), entry(others), entry()] },
    bridge.call(),
  );
  expect(FailedEntryCount).toBe(1);
  expect(Entries).toEqual([
    { EventId: expect.any(String) },
    { ErrorCode, ErrorMessage },
    { EventId: expect.any(String) },
  ]);
  await bridge.cloud.clock.advance(1);
  expect(bridge.invocations.length).toBe(2);
});

describe('a request', () => {
  it('has ten entries at most, which the refusal names', async () => {
    using bridge = testEventBridge();
    const put = (count: number) =>
      bridge.events.PutEvents({ Entries: Array(count).fill(entry()) }, bridge.call());
    expect(await put(10)).toMatchObject({ FailedEntryCount: 0 });
    const shown =
      'PutEventsRequestEntry(time=null, source=shop.orders, resources=null, detailType=Order Created, detail={"orderId":"o-1"}, eventBusName=null, traceHeader=null, kmsKeyIdentifier=null, internalMetadata=null)';
    await expect(put(11)).rejects.toMatchObject({
      name: 'ValidationException',
      message: `1 validation error detected: Value '[${Array(11).fill(shown).join(', ')}]' at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10`,
    });
  });

  it('has at least one entry', async () => {
    using bridge = testEventBridge();
    await expect(bridge.events.PutEvents({ Entries: [] }, bridge.call())).rejects.toThrow(
      "1 validation error detected: Value '[]' at 'entries' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
    await expect(bridge.events.PutEvents({ Entries: undefined }, bridge.call())).rejects.toThrow(
      "1 validation error detected: Value null at 'entries' failed to satisfy constraint: Member must not be null",
    );
  });

  it('has no empty place in a list', async () => {
    using bridge = testEventBridge();
    const entries = [entry(), null] as PutEventsRequestEntry[];
    await expect(bridge.events.PutEvents({ Entries: entries }, bridge.call())).rejects.toThrow(
      "1 validation error detected: Value null at 'entries.2.member' failed to satisfy constraint: Member must not be null",
    );
  });

  it('is 1 MiB at most, all entries together; a time counts 14 bytes', async () => {
    using bridge = testEventBridge();
    const of = (bytes: number, others: PutEventsRequestEntry = {}) => {
      const without = Buffer.byteLength('shop.orders' + 'Order Created' + '{"t":""}');
      return entry({ Detail: `{"t":"${'x'.repeat(bytes - without)}"}`, ...others });
    };
    const put = (Entries: PutEventsRequestEntry[]) => bridge.events.PutEvents({ Entries }, bridge.call());
    expect(await put([of(600_000), of(448_576)])).toMatchObject({ FailedEntryCount: 0 });
    const tooLarge = {
      name: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    };
    await expect(put([of(600_000), of(448_577)])).rejects.toMatchObject(tooLarge);
    await expect(put([of(1_048_563, { Time: new Date(0) })])).rejects.toMatchObject(tooLarge);
  });

  it('to a bus that does not exist is accepted, and goes nowhere', async () => {
    using bridge = testEventBridge();
    await bridge.createRule([{ Arn: bridge.functionArn }]);
    expect(await bridge.put({}, { EventBusName: 'nope' })).toEqual({ EventId: expect.any(String) });
    expect(bridge.invocations).toEqual([]);
  });

  it('to a bus elsewhere or through a global endpoint is refused by name', async () => {
    using bridge = testEventBridge();
    const elsewhere = 'arn:aws:events:eu-west-1:123456789012:event-bus/shop';
    await expect(bridge.put({}, { EventBusName: elsewhere })).rejects.toThrow(
      `The event bus ${elsewhere} of another account, Region or kind is not supported by the local cloud.`,
    );
    await expect(
      bridge.events.PutEvents({ Entries: [entry()], EndpointId: 'a.b' }, bridge.call()),
    ).rejects.toThrow("PutEvents's EndpointId is not supported by the local cloud.");
  });
});

describe('a fault of entries', () => {
  it('fails those that it names, as often as it says', async () => {
    using bridge = testEventBridge();
    await bridge.createRule([{ Arn: bridge.functionArn }]);
    bridge.entryFaults.failEntries({
      detailContains: 'o-2',
      times: 1,
      errorCode: 'ThrottlingException',
      errorMessage: 'Slow down.',
    });
    const Entries = ['o-1', 'o-2'].map((orderId) => entry({ Detail: JSON.stringify({ orderId }) }));
    const first = await bridge.events.PutEvents({ Entries }, bridge.call());
    expect(first).toEqual({
      FailedEntryCount: 1,
      Entries: [
        { EventId: expect.any(String) },
        { ErrorCode: 'ThrottlingException', ErrorMessage: 'Slow down.' },
      ],
    });
    expect(await bridge.events.PutEvents({ Entries }, bridge.call())).toMatchObject({ FailedEntryCount: 0 });
    await bridge.cloud.clock.advance(1);
    expect(bridge.invocations.length).toBe(3);
  });

  it('is taken away again', async () => {
    using bridge = testEventBridge();
    const remove = bridge.entryFaults.failEntries({});
    expect(await bridge.put()).toMatchObject({ ErrorCode: 'InternalFailure' });
    remove();
    expect(await bridge.put()).toEqual({ EventId: expect.any(String) });
  });
});
