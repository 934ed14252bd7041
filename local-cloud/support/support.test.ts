import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { testOf } from './coverage.ts';
import { PAGE, REFRESH, renderPage } from './page.ts';
import { readSupport, type Support } from './support.ts';
import { readTestFiles, type TestFile } from './test-sources.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let support: Support;

beforeAll(async () => {
  support = await readSupport(ROOT);
});

describe('the support page', () => {
  test('is what the code supports now', () => {
    const written = readFileSync(join(ROOT, PAGE), 'utf8');
    expect(written === renderPage(support), `${PAGE} is not up to date. Run: ${REFRESH}`).toBe(true);
  });

  test('names a test for each operation', () => {
    const without = support.services.flatMap(({ name, supported }) =>
      supported.filter((row) => !row.test).map((row) => `${name}:${row.name}`),
    );
    expect(without, 'no test calls these operations; write one beside the service').toEqual([]);
  });

  test('names a test for each resource type', () => {
    const without = support.resourceTypes.filter((row) => !row.test).map(({ name }) => name);
    expect(without, 'no test deploys these types; write one in local-cloud/cloudformation').toEqual([]);
  });

  test('names a test that exists for each difference from AWS', () => {
    const lost = support.differences
      .filter(({ found }) => !found)
      .map(({ text, test: { file, name } }) => `${file} has no test "${name}" (${text})`);
    expect(lost, 'set them right in local-cloud/support/differences.ts').toEqual([]);
  });

  test('lists each difference under a service that the account has', () => {
    const services = ['account', ...support.services.map(({ name }) => name)];
    expect(support.differences.filter(({ service }) => !services.includes(service))).toEqual([]);
  });
});

describe('a test that calls an operation', () => {
  const file = (overrides: Partial<TestFile>): TestFile => ({
    file: 'local-cloud/services/sqs/send.test.ts',
    text: '',
    imports: new Map(),
    tests: [],
    helpers: [],
    ...overrides,
  });
  const named = (source: string, path = 'local-cloud/services/sqs/send.test.ts') => ({
    file: path,
    name: 'a test',
    source,
  });
  const signs = { folder: 'local-cloud/services/sqs/', key: 'sqs', clientPackage: '@aws-sdk/client-sqs' };

  test.each([
    ['on the operations', file({ tests: [named('await sqs.SendMessage({});')] })],
    [
      'through a function beside it',
      file({
        tests: [named('await send(1);')],
        helpers: [{ name: 'send', source: 'operations.SendMessage({})' }],
      }),
    ],
    [
      'with the command of its client',
      file({
        file: 'tests/clients/sdk.test.ts',
        imports: new Map([['SendMessageCommand', '@aws-sdk/client-sqs']]),
        tests: [named('new SendMessageCommand({})', 'tests/clients/sdk.test.ts')],
      }),
    ],
  ])('is found: %s', (_how, testFile) => {
    expect(testOf('SendMessage', signs, [testFile])?.name).toBe('a test');
  });

  test.each([
    ['another operation', file({ tests: [named('await sqs.SendMessageBatch({});')] })],
    [
      'the same operation of another service',
      file({ file: 'local-cloud/services/sns/a.test.ts', tests: [named('await sns.SendMessage({});')] }),
    ],
    [
      'a function that only names it',
      file({ tests: [named('send(1)')], helpers: [{ name: 'other', source: 'SendMessage({})' }] }),
    ],
  ])('is not %s', (_what, testFile) => {
    expect(testOf('SendMessage', signs, [testFile])).toBeUndefined();
  });

  test('is known by its name, also one that is made for each row of a table', () => {
    const names = readTestFiles(ROOT)
      .filter(({ file }) => /support\.test|report\.test/.test(file))
      .flatMap(({ tests }) => tests.map(({ name }) => name));
    expect(names).toContain('is scaled by memory: %s');
    expect(names).toContain('is found: %s');
    expect(names).toContain('names a test for each resource type');
  });
});
