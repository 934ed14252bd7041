import type { Edit, Mutant } from '../../authoring/mutant.ts';

const unnoticed = [
  'another-table',
  'no-total',
  'total-of-the-client',
  'no-status',
  'status-of-the-client',
  'receipt-made-once',
  'answers-ok-only',
  'answered-before-stored',
  'broken-json-accepted',
  'no-body-is-ours',
  'base64-as-text',
  'quantity-coerced',
  'no-field-named',
  'first-item-named',
  'invalid-order-stored',
  'order-before-remembered',
  'failure-swallowed',
  'cause-told',
  'errors-without-content-type',
  'loads-without-table',
];

/** Why the starter fails each check: its own mistake there, not another's. */
export const starterReasons: Readonly<Record<string, RegExp>> = {
  'handler/any-order':
    /the tests reversed, 'handler > answers 200' fails: .* to have a length of 2 but got 1/,
  ...Object.fromEntries(unnoticed.map((name) => [`handler/${name}`, /^Not noticed: .* All your tests pass/])),
};

// Pieces of the solution that several mutants replace.

const importVitest = "import { beforeEach, describe, expect, test, vi } from 'vitest';";
const writtenAs = `    expect(writes()).toEqual([
      {
        TableName: 'orders',
        Item: {
          ...order(),
          totalCents: 1500,
          status: 'RECEIVED',
          receiptId: 'receipt-1',
          receivedAt: '2026-02-01T12:00:00.000Z',
        },
      },
    ]);`;
const notDecided = "    expect(writes()[0]?.Item).toMatchObject({ totalCents: 1500, status: 'RECEIVED' });";
const answeredAsStored = '    expect(bodyOf(answer)).toEqual(writes()[0]?.Item);';
const onlyWhenStored = "test('is answered only when it is stored', ";
const refusedWith = 'expect(answer).toMatchObject({ statusCode: 400, headers: json });';
const failedWith = 'expect(answer).toMatchObject({ statusCode: 500, headers: json });';
const shareNothing = `    expect(answer.statusCode).toBe(400);`;
const called = '    expect(documents.calls()).toHaveLength(1);';

const inTests = (replace: string, by: string): Edit => ({ file: 'handler.test.ts', replace, by });
const without = (replace: string): Edit => inTests(replace, '');

const unconfiguredUnseen: readonly Edit[] = [
  inTests('await expect(import(', 'await Promise.allSettled([import('),
  inTests(")).rejects.toThrow('TABLE_NAME');", ')]);'),
];
const tableThatNeverFails: readonly Edit[] = [
  without("    documents.on(PutCommand).rejects(new Error('orders-eu is on fire'));\n"),
  inTests(failedWith, 'expect(answer.statusCode).toBe(200);'),
  without("    expect(bodyOf(answer)).toEqual({ error: 'Internal error' });\n"),
];
const calledButWithWhat: readonly Edit[] = [
  inTests(writtenAs, called),
  inTests(notDecided, called),
  inTests(answeredAsStored, '    expect(bodyOf(answer)).toMatchObject(order());'),
];

const blind: readonly Mutant[] = [
  {
    name: 'no-assertions',
    trap: 'The tests call the handler and expect nothing, so they are green whatever it does.',
    rejectedBy: 'handler/does-nothing',
    edits: [
      inTests(
        importVitest,
        `import { beforeEach, describe, test, vi } from 'vitest';

const nothing: unknown = new Proxy(() => nothing, {
  get: (_target, name) => (name === 'then' ? undefined : nothing),
  apply: () => nothing,
});
const expect = nothing as typeof import('vitest').expect;`,
      ),
      ...unconfiguredUnseen,
      inTests('return JSON.parse(body);', "return JSON.parse(body || '{}');"),
    ],
  },
  {
    name: 'called-but-with-what',
    trap: 'The test counts the writes and never looks at what was written: an item without status goes to production.',
    rejectedBy: 'handler/no-status',
    edits: calledButWithWhat,
  },
  {
    name: 'looks-at-the-answer-only',
    trap: 'The answer is right and the item is not: the total is missing where the invoice looks for it.',
    rejectedBy: 'handler/no-total',
    edits: calledButWithWhat,
  },
  {
    name: 'any-table',
    trap: 'The name of the table is not looked at, and a second stage writes to the table of the first.',
    rejectedBy: 'handler/another-table',
    edits: [inTests("        TableName: 'orders',", '        TableName: expect.any(String),')],
  },
  {
    name: 'honest-clients-total',
    trap: 'No test sends a total of its own, as a client does that wants to pay one cent.',
    rejectedBy: 'handler/total-of-the-client',
    edits: [inTests('totalCents: 1, status: ', 'status: ')],
  },
  {
    name: 'honest-clients-status',
    trap: 'No test sends a status of its own, as a client does that wants its order to be paid.',
    rejectedBy: 'handler/status-of-the-client',
    edits: [inTests("totalCents: 1, status: 'PAID'", 'totalCents: 1')],
  },
  {
    name: 'unfixed-time',
    trap: 'Time and id are taken as they come, so two orders with one receipt look well.',
    rejectedBy: 'handler/receipt-made-once',
    edits: [
      inTests("          receiptId: 'receipt-1',", '          receiptId: expect.any(String),'),
      inTests(
        "          receivedAt: '2026-02-01T12:00:00.000Z',",
        '          receivedAt: expect.any(String),',
      ),
      inTests("['receipt-1', '2026-02-01T12:00:00.000Z']", '[expect.any(String), expect.any(String)]'),
      inTests("['receipt-2', '2026-02-01T12:00:01.000Z']", '[expect.any(String), expect.any(String)]'),
    ],
  },
  {
    name: 'status-code-only',
    trap: 'The body of a 200 is not read, and the client gets no order back.',
    rejectedBy: 'handler/answers-ok-only',
    edits: [without(answeredAsStored)],
  },
  {
    name: 'instant-table',
    trap: 'The mock answers at once and never fails, so a write that nobody awaits looks like one that is.',
    rejectedBy: 'handler/answered-before-stored',
    edits: [without('    expect(answered).not.toHaveBeenCalled();\n'), ...tableThatNeverFails],
  },
  {
    name: 'json-only',
    trap: 'No test sends a body that is cut off in the middle.',
    rejectedBy: 'handler/broken-json-accepted',
    edits: [without(`    ['no JSON', '{"orderId":', 'body'],\n`)],
  },
  {
    name: 'always-a-body',
    trap: 'No test leaves out the body, as a health check or a wrong client does.',
    rejectedBy: 'handler/no-body-is-ours',
    edits: [without("    ['no body', undefined, 'body'],\n")],
  },
  {
    name: 'text-only',
    trap: 'No test sends a body as base64, and a client with another content type gets a 400.',
    rejectedBy: 'handler/base64-as-text',
    edits: [
      inTests(
        "const body = Buffer.from(JSON.stringify(order({ customerId: 'café' }))).toString('base64');",
        "const body = JSON.stringify(order({ customerId: 'café' }));",
      ),
      inTests('body, isBase64Encoded: true', 'body, isBase64Encoded: false'),
    ],
  },
  {
    name: 'right-types-only',
    trap: 'Every wrong value in the tests has the right type, so nobody sees that a text is converted.',
    rejectedBy: 'handler/quantity-coerced',
    edits: [inTests("quantity: '2'", 'quantity: 0')],
  },
  {
    name: 'four-hundred-is-enough',
    trap: 'A 400 is a 400 for the test; the client does not learn which field it has to change.',
    rejectedBy: 'handler/no-field-named',
    edits: [without('    expect(bodyOf(answer).error).toContain(path);\n')],
  },
  {
    name: 'first-item-only',
    trap: 'Only the first item is ever wrong in the tests, so a fixed index looks right.',
    rejectedBy: 'handler/first-item-named',
    edits: [
      inTests('[tea, { ...mug, ...change }]', '[{ ...tea, ...change }, mug]'),
      inTests(
        "withItem({ quantity: '2' }), 'items[1].quantity'",
        "withItem({ quantity: '2' }), 'items[0].quantity'",
      ),
      inTests(
        "withItem({ unitPriceCents: null }), 'items[1].unitPriceCents'",
        "withItem({ unitPriceCents: null }), 'items[0].unitPriceCents'",
      ),
    ],
  },
  {
    name: 'nobody-looks-at-the-table',
    trap: 'After a 400 nobody looks at the mock, and refused orders fill the table.',
    rejectedBy: 'handler/invalid-order-stored',
    edits: [without('    expect(documents.calls()).toHaveLength(0);\n')],
  },
  {
    name: 'one-request-a-test',
    trap: 'No test sends two requests, so what an environment keeps between them does not show.',
    rejectedBy: 'handler/order-before-remembered',
    edits: [inTests(shareNothing, '    expect(answer.statusCode).toBeGreaterThan(0);')],
  },
  {
    name: 'no-error-path',
    trap: 'DynamoDB never fails in the tests, so a failure that is swallowed looks like an order that is stored.',
    rejectedBy: 'handler/failure-swallowed',
    edits: tableThatNeverFails,
  },
  {
    name: 'any-words-in-a-500',
    trap: 'The test wants some error in a 500 and takes the one that names the table.',
    rejectedBy: 'handler/cause-told',
    edits: [
      inTests(
        "expect(bodyOf(answer)).toEqual({ error: 'Internal error' });",
        'expect(bodyOf(answer).error).toBeTruthy();',
      ),
    ],
  },
  {
    name: 'no-headers',
    trap: 'Nobody looks at the headers of an error, and clients do not parse it.',
    rejectedBy: 'handler/errors-without-content-type',
    edits: [
      inTests(refusedWith, 'expect(answer.statusCode).toBe(400);'),
      inTests(failedWith, 'expect(answer.statusCode).toBe(500);'),
    ],
  },
  {
    name: 'always-configured',
    trap: 'TABLE_NAME is set in every test, so nobody sees that the module loads without it.',
    rejectedBy: 'handler/loads-without-table',
    edits: unconfiguredUnseen,
  },
];

const fragile: readonly Mutant[] = [
  {
    name: 'leaking-state',
    trap: 'An answer of the mock outlives its test, and the suite fails as soon as somebody sorts it.',
    rejectedBy: 'handler/any-order',
    edits: [
      inTests("  vi.mocked(newId).mockReset().mockReturnValue('receipt-1');\n", ''),
      inTests('beforeEach(() => {', "vi.mocked(newId).mockReturnValue('receipt-1');\n\nbeforeEach(() => {"),
    ],
  },
  {
    name: 'snapshot-of-everything',
    trap: 'A snapshot keeps the words of an error, which are free: the next right change turns the suite red.',
    rejectedBy: 'handler/right-handlers-pass',
    edits: [
      inTests(
        shareNothing,
        `${shareNothing}
    expect(await handler(request(order({ items: [] })))).toMatchInlineSnapshot(\`
      {
        "body": "{"error":"items must be a list of 1 to 100 items"}",
        "headers": {
          "content-type": "application/json",
        },
        "statusCode": 400,
      }
    \`);`,
      ),
    ],
  },
  {
    name: 'snapshot-without-file',
    trap: 'The snapshot was never committed, so in CI there is nothing to compare with.',
    rejectedBy: 'handler/right-handlers-pass',
    edits: [inTests(shareNothing, `${shareNothing}\n    expect(answer).toMatchSnapshot();`)],
  },
  {
    name: 'order-of-keys',
    trap: 'The body is compared as text, so another order of its keys counts as an error.',
    rejectedBy: 'handler/right-handlers-pass',
    edits: [inTests(answeredAsStored, "    expect(Object.keys(bodyOf(answer))[0]).toBe('orderId');")],
  },
  {
    name: 'reads-the-code',
    trap: 'The test looks at how the handler is written and not at what it does.',
    rejectedBy: 'handler/right-handlers-pass',
    edits: [inTests(answeredAsStored, "    expect(handler.toString()).toContain('await');")],
  },
  {
    name: 'promise-without-end',
    trap: 'The mock hands out a promise that nobody settles, and the test waits for it.',
    rejectedBy: 'handler/right-handlers-pass',
    edits: [without('    store();\n')],
  },
];

const escapes: readonly Mutant[] = [
  {
    name: 'process-exit',
    trap: 'The test ends the process with success before anything can fail.',
    rejectedBy: 'handler/ends-by-itself',
    edits: [inTests(shareNothing, '    process.exit(0);')],
  },
  {
    name: 'exit-in-a-hook',
    trap: 'A hook ends the process, and the tests behind it never run.',
    rejectedBy: 'handler/ends-by-itself',
    edits: [inTests('beforeEach(() => {', 'beforeEach(() => {\n  process.exit(0);')],
  },
  {
    name: 'kills-itself',
    trap: 'The test kills its own process.',
    rejectedBy: 'handler/ends-by-itself',
    edits: [inTests(shareNothing, "    process.kill(process.pid, 'SIGKILL');")],
  },
  {
    name: 'endless-loop',
    trap: 'The test turns in a loop that nothing inside the process can end.',
    rejectedBy: 'handler/ends-by-itself',
    edits: [inTests(shareNothing, '    while (answer.statusCode !== 0);')],
  },
  {
    name: 'reads-the-wrong-handlers',
    trap: 'The test reads the files of the checker to find out what it is tested with.',
    rejectedBy: 'handler/keeps-to-itself',
    edits: [
      inTests(
        importVitest,
        `import { readFileSync } from 'node:fs';\n${importVitest}\n\nreadFileSync('../../checker/suites/04-unit-tests/subjects.ts', 'utf8');`,
      ),
    ],
  },
  {
    name: 'imports-a-wrong-handler',
    trap: 'The test imports a file outside of its lab.',
    rejectedBy: 'handler/keeps-to-itself',
    edits: [
      inTests(importVitest, `${importVitest}\nimport '../../checker/suites/04-unit-tests/subjects.ts';`),
    ],
  },
  {
    name: 'imports-the-source',
    trap: 'The test loads the text of the handler and looks for the words that it wants.',
    rejectedBy: 'handler/keeps-to-itself',
    edits: [inTests(importVitest, `${importVitest}\nimport source from './handler.ts?raw';`)],
  },
  {
    name: 'replaces-the-handler',
    trap: 'The test replaces the handler with vi.mock and tests its own replacement.',
    rejectedBy: 'handler/keeps-to-itself',
    edits: [
      inTests(
        "vi.stubEnv('TABLE_NAME', 'orders');",
        "vi.stubEnv('TABLE_NAME', 'orders');\nvi.mock('./handler.ts', () => ({ handler: async () => ({ statusCode: 200, body: '{}' }) }));",
      ),
    ],
  },
  {
    name: 'mocks-another-client',
    trap: 'The mock takes the calls of a client that the handler does not use, and the test calls the real DynamoDB.',
    rejectedBy: 'handler/keeps-to-itself',
    edits: [
      inTests(
        'const documents = mockClient(DynamoDBDocumentClient);',
        'const documents = mockClient(DynamoDBClient);',
      ),
      inTests(importVitest, `import { DynamoDBClient } from '@aws-sdk/client-dynamodb';\n${importVitest}`),
    ],
  },
  {
    name: 'only-one-test',
    trap: 'A forgotten .only leaves out all the other tests.',
    rejectedBy: 'handler/every-test-runs',
    edits: [inTests(onlyWhenStored, onlyWhenStored.replace('test(', 'test.only('))],
  },
  {
    name: 'skipped-test',
    trap: 'A test that was in the way is skipped, for good.',
    rejectedBy: 'handler/every-test-runs',
    edits: [inTests(onlyWhenStored, onlyWhenStored.replace('test(', 'test.skip('))],
  },
];

export const mutants: readonly Mutant[] = [...blind, ...fragile, ...escapes];
