import { expect, test } from 'vitest';
import { withLocalAddresses } from './addresses.ts';

const ADDRESS = { onAws: 'https://abc.execute-api.us-east-1.amazonaws.com', here: 'http://127.0.0.1:4000' };

test.each([
  ['the URL itself', ADDRESS.onAws, ADDRESS.here],
  ['a path below it', `${ADDRESS.onAws}/dev/orders`, `${ADDRESS.here}/dev/orders`],
  ['a host that only begins like it', `${ADDRESS.onAws}.cn/`, `${ADDRESS.onAws}.cn/`],
  ['a text that mentions it', `see ${ADDRESS.onAws}`, `see ${ADDRESS.onAws}`],
  ['lists and objects', { urls: [`${ADDRESS.onAws}/`], count: 1 }, { urls: [`${ADDRESS.here}/`], count: 1 }],
])('%s', (_, value, expected) => {
  expect(withLocalAddresses(value, [ADDRESS])).toEqual(expected);
});

test('what is not known yet stays unknown', () => {
  const unknown = Symbol('unknown');
  expect(withLocalAddresses({ url: unknown }, [ADDRESS])).toEqual({ url: unknown });
});
