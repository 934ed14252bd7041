import { describe, expect, it } from 'vitest';
import { carryOn, getThenPut, keyOfEvent, type Records, timeToLive } from '../../docs/examples/08-traps.ts';

describe('what lesson 08 warns of', () => {
  it('the hash of an event differs between two deliveries of one message', () => {
    const delivery = (receiptHandle: string) => ({ messageId: 'm1', receiptHandle, body: '{"orderId":"a"}' });
    expect(keyOfEvent(delivery('first'))).not.toBe(keyOfEvent(delivery('second')));
  });

  it('get, then put charges twice when two come at once', async () => {
    const { records, charge, charges } = shop();
    await Promise.all([getThenPut(records, 'a', charge), getThenPut(records, 'a', charge)]);
    expect(charges()).toBe(2);
  });

  it('get, then put charges once when they come one after the other, so that tests are green', async () => {
    const { records, charge, charges } = shop();
    await getThenPut(records, 'a', charge);
    await getThenPut(records, 'a', charge);
    expect(charges()).toBe(1);
  });

  it('carrying on without an answer of the table charges an order that was charged', async () => {
    const { records, charge, charges } = shop();
    await getThenPut(records, 'a', charge);
    const silent: Records = { ...records, get: () => Promise.reject(new Error('no answer')) };
    await carryOn(silent, 'a', charge);
    expect(charges()).toBe(2);
  });

  it('milliseconds read as seconds are more than fifty thousand years ahead', () => {
    const years = (timeToLive() - Date.now() / 1000) / (365.25 * 86_400);
    expect(years).toBeGreaterThan(50_000);
  });
});

function shop() {
  const stored = new Map<string, { result: unknown }>();
  let count = 0;
  const records: Records = {
    get: async (id) => stored.get(id),
    put: async (id, record) => {
      stored.set(id, record);
    },
  };
  return {
    records,
    charge: async () => {
      count += 1;
      return { chargeId: `ch_${count}` };
    },
    charges: () => count,
  };
}
