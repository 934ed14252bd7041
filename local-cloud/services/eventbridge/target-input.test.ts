import type { InputTransformer, Target } from '@aws-sdk/client-eventbridge';
import { describe, expect, it, test } from 'vitest';
import { compileInput } from './target-input.ts';

const EVENT = {
  version: '0' as const,
  id: 'e-1',
  'detail-type': 'Order Created',
  source: 'shop.orders',
  account: '123456789012',
  time: '2026-01-02T03:04:05Z',
  region: 'us-east-1',
  resources: ['arn:aws:s3:::a'],
  detail: { orderId: 'o-1', totalCents: 1200, items: [{ sku: 'A', 'unit price': 5 }], note: null },
};
const CONTEXT = {
  ruleArn: 'arn:aws:events:us-east-1:123456789012:rule/orders',
  ruleName: 'orders',
  ingestedAt: '2026-01-02T03:04:06Z',
};

const inputOf = (others: Partial<Target>) => compileInput({ Id: 't', Arn: 'arn', ...others })(EVENT, CONTEXT);
const transformed = (InputTemplate: string, InputPathsMap: InputTransformer['InputPathsMap'] = {}) =>
  inputOf({ InputTransformer: { InputTemplate, InputPathsMap } });

describe('a target gets', () => {
  it('the event', () => {
    expect(JSON.parse(inputOf({}))).toEqual(EVENT);
  });
  it('its Input as it is written', () => {
    expect(inputOf({ Input: '{ "a":  1 }' })).toBe('{ "a":  1 }');
  });
});

test.each([
  ['$', EVENT],
  ['$.detail', EVENT.detail],
  ['$.detail-type', 'Order Created'],
  ['$.detail.totalCents', 1200],
  ['$.detail.items[0].sku', 'A'],
  ["$.detail['items'][0]['unit price']", 5],
  ['$.resources[0]', 'arn:aws:s3:::a'],
  ['$.detail.items[*].sku', ['A']],
  ['$.resources[*]', ['arn:aws:s3:::a']],
  ['$.detail.nothing', null],
])('the input path %s is a part of the event', (InputPath, expected) => {
  expect(JSON.parse(inputOf({ InputPath }))).toEqual(expected);
});

test.each(['detail', '$..orderId', '$.items[0:2]', '$.items[?(@.a)]', '$.a b'])(
  'the input path %s is refused',
  (InputPath) => {
    expect(() => inputOf({ InputPath })).toThrow('Invalid InputPath for target t.');
  },
);

describe('an input transformer', () => {
  const paths = {
    type: '$.detail-type',
    id: '$.detail.orderId',
    total: '$.detail.totalCents',
    detail: '$.detail',
    missing: '$.detail.none',
    note: '$.detail.note',
  };

  it('puts values into a text', () => {
    expect(transformed('"A <type>: <id>, <total> cents"', paths)).toBe('"A Order Created: o-1, 1200 cents"');
  });
  it('leaves nothing in a text where the event has nothing', () => {
    expect(transformed('"Found <missing>."', paths)).toBe('"Found ."');
  });
  it('puts values of their type into JSON, with the quotes that they need', () => {
    expect(
      transformed(
        '{"type": <type>, "id": "<id>", "total": <total>, "detail": <detail>, "note": <note>}',
        paths,
      ),
    ).toBe(
      `{"type": "Order Created", "id": "o-1", "total": 1200, "detail": ${JSON.stringify(EVENT.detail)}, "note": null}`,
    );
  });
  it('takes the quotes of an object away inside a text', () => {
    expect(transformed('"<detail>"', { detail: '$.detail.items[0]' })).toBe('"{sku:A,unit price:5}"');
  });
  it('makes several lines of text', () => {
    expect(transformed('"Order <id>"\n"Total <total>"', paths)).toBe('"Order o-1"\n"Total 1200"');
  });
  it('knows the rule and the event', () => {
    expect(
      JSON.parse(
        transformed(
          '{"rule": "<aws.events.rule-arn>", "name": <aws.events.rule-name>, "at": <aws.events.event.ingestion-time>, "event": <aws.events.event.json>}',
        ),
      ),
    ).toEqual({ rule: CONTEXT.ruleArn, name: 'orders', at: CONTEXT.ingestedAt, event: EVENT });
    const { detail, ...withoutDetail } = EVENT;
    expect(JSON.parse(transformed('<aws.events.event>'))).toEqual(withoutDetail);
  });
  it('is refused when its template makes no JSON', () => {
    expect(() => transformed('Order <id>', paths)).toThrow(
      'Invalid InputTemplate for target t : [Source: (String)"Order <id>"',
    );
  });
  it('is refused with a path that is none', () => {
    expect(() => transformed('"x"', { x: 'detail' })).toThrow('Invalid InputPathsMap for target t');
  });
});
