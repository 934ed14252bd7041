import { expect, test } from 'vitest';
import { createFaults } from './faults.ts';
import { guard } from './guard.ts';
import type { Decision } from './iam/access.ts';
import type { Call, Service } from './service.ts';
import { testCall, testCloud } from './testing.ts';

interface Operations {
  Greet(input: { name: string }, call: Call): { greeting: string };
}

const RESOURCE = 'arn:aws:hello:us-east-1:123456789012:greeter';

function setUp({
  decision = { allowed: true } as Decision,
  enforceIam = true,
  signal = new AbortController().signal,
} = {}) {
  const cloud = testCloud();
  const faults = createFaults(cloud.clock);
  const greeted: string[] = [];
  const service: Service<Operations> = {
    name: 'hello',
    operations: {
      Greet: ({ name }) => {
        greeted.push(name);
        return { greeting: `hello ${name}` };
      },
    },
    permissions: { Greet: () => [{ action: 'hello:Greet', resource: RESOURCE }] },
    accessDenied: { code: 'AccessDeniedException', status: 403 },
  };
  const asked: unknown[] = [];
  const access = {
    decide: (request: unknown) => {
      asked.push(request);
      return decision;
    },
  };
  const guarded = guard(service, { cloud, access, faults, enforceIam });
  return {
    cloud,
    faults,
    greeted,
    asked,
    greet: async (name: string) => guarded.Greet({ name }, { ...testCall(cloud), signal }),
  };
}

const denied: Decision = {
  allowed: false,
  reason: 'implicit',
  message: 'User: x is not authorized to perform: hello:Greet',
};

test('an allowed call reaches the operation and is journaled with its resource', async () => {
  const { greet, cloud } = setUp();
  expect(await greet('Ada')).toEqual({ greeting: 'hello Ada' });
  expect(cloud.journal.read()).toMatchObject([
    { type: 'call', service: 'hello', operation: 'Greet', resources: [RESOURCE] },
  ]);
  expect(cloud.journal.read()[0]).not.toHaveProperty('error');
});

test("a denial answers with the service's code and does nothing", async () => {
  const { greet, greeted, cloud } = setUp({ decision: denied });
  await expect(greet('Ada')).rejects.toMatchObject({
    name: 'AccessDeniedException',
    status: 403,
    message: denied.message,
  });
  expect(greeted).toEqual([]);
  expect(cloud.journal.read().map(({ type }) => type)).toEqual(['denial', 'call']);
});

test('without IAM nothing is asked', async () => {
  const { greet, asked } = setUp({ decision: denied, enforceIam: false });
  await greet('Ada');
  expect(asked).toEqual([]);
});

test('an injected error comes back with its code, as often as it was asked for', async () => {
  const { greet, faults, greeted } = setUp();
  faults.inject({
    kind: 'error',
    service: 'hello',
    operation: 'Greet',
    times: 2,
    code: 'ThrottlingException',
    status: 429,
  });
  await expect(greet('a')).rejects.toMatchObject({ name: 'ThrottlingException', status: 429 });
  await expect(greet('b')).rejects.toThrow();
  await greet('c');
  expect(greeted).toEqual(['c']);
});

test('a fault strikes only the calls whose input contains its match', async () => {
  const { greet, faults, greeted } = setUp();
  faults.inject({ kind: 'error', service: 'hello', match: { name: 'Eve' }, code: 'Down' });
  await greet('Ada');
  await expect(greet('Eve')).rejects.toThrow();
  expect(greeted).toEqual(['Ada']);
});

test('a fault after the effect loses only the answer', async () => {
  const { greet, faults, greeted } = setUp();
  faults.inject({
    kind: 'error',
    service: 'hello',
    code: 'InternalServerError',
    status: 500,
    afterEffect: true,
    times: 1,
  });
  await expect(greet('Ada')).rejects.toMatchObject({ status: 500 });
  expect(greeted).toEqual(['Ada']);
});

test('a fault that is taken back strikes no more', async () => {
  const { greet, faults, greeted } = setUp();
  const takeBack = faults.inject({ kind: 'error', service: 'hello', code: 'Down' });
  takeBack();
  await greet('Ada');
  expect(greeted).toEqual(['Ada']);
});

test('an operation that does not say which permissions it needs cannot be made', () => {
  const { cloud, faults } = setUp();
  const service = {
    name: 'hello',
    operations: { Greet: () => ({}) },
    permissions: {} as { Greet: () => [] },
    accessDenied: { code: 'AccessDenied', status: 403 },
  };
  expect(() => guard(service, { cloud, access: { decide: () => denied }, faults, enforceIam: true })).toThrow(
    'hello:Greet does not say which permissions it needs.',
  );
});

test('calls that an injected latency gathers take effect together, when the last has come', async () => {
  const { greet, faults, greeted } = setUp();
  faults.inject({ kind: 'latency', service: 'hello', times: 2, together: 2, ms: 60_000 });
  const first = greet('Ada');
  await new Promise((resolve) => setImmediate(resolve));
  expect(greeted).toEqual([]);
  await Promise.all([first, greet('Eve')]);
  await greet('Joan');
  expect(greeted).toEqual(['Ada', 'Eve', 'Joan']);
});

test('who takes an injected latency back lets the calls go on that it held', async () => {
  const { greet, faults, greeted } = setUp();
  const takeBack = faults.inject({ kind: 'latency', service: 'hello', times: 1, ms: 60_000 });
  const held = greet('Ada');
  takeBack();
  await held;
  expect(greeted).toEqual(['Ada']);
});

test('an injected latency holds no call whose caller is gone: what was sent takes effect', async () => {
  const caller = new AbortController();
  const { greet, faults, greeted } = setUp({ signal: caller.signal });
  faults.inject({ kind: 'latency', service: 'hello', ms: 60_000 });
  const held = greet('Ada');
  caller.abort();
  await held;
  expect(greeted).toEqual(['Ada']);
});
