import type { Edit, Mutant } from '../../authoring/mutant.ts';

/** Why the starter fails each check: its own mistake there, not another's. */
export const starterReasons: Readonly<Record<string, RegExp>> = {
  'handler/deliveries-share-a-record': /charged 4 times/,
  'handler/duplicates-at-once-charge-once': /charged 5 times/,
  'handler/duplicates-wait-or-fail': /the payment service got [23] requests/,
  'handler/crash-after-the-charge-charges-once': /charged 2 times/,
  'handler/store-failure-charges-nothing': /blind-queued was charged once; it should be charged not at all/,
  'handler/expired-record-counts-as-absent': /still answered from the old record/,
  'handler/redrive-on-day-three-charges-once':
    /A redrive after three days, .*: order redriven was charged 2 times/,
  'handler/other-payload-is-a-conflict': /came again with another customer/,
  'stack/records-have-a-time-to-live': /has no time to live/,
  'live/five-deliveries-one-charge': /live-five was charged \d+ times/,
  'live/crash-charges-once': /live-crash was charged 2 times/,
  'live/conflict-reaches-dlq': /it was taken as done/,
  'live/records-expire-in-a-day': /names no attribute/,
};

// Pieces of the solution that several mutants replace.

const runMessage =
  "    event.Records.map(async ({ body }) => chargeOnce(readOrder(JSON.parse(body), 'required'), context)),";
const signature = 'async function chargeOnce(order: Order, context: Context): Promise<Receipt> {';
const pay = 'charge({ order, idempotencyKey: orderId })';
const rejected = "if (outcome?.status !== 'rejected') return [];";
const condition = `ConditionExpression: \`attribute_not_exists(id) OR expiresAt < :seconds
      OR (#status = :inProgress AND leaseUntil < :now AND fingerprint = :fingerprint)\`,`;
const leaseUntil = 'leaseUntil: now + remainingMs,';
const conditionNames = "    ExpressionAttributeNames: { '#status': 'status' },\n";
const conditionValues = `    ExpressionAttributeValues: {
      ':seconds': inSeconds(now),
      ':now': now,
      ':inProgress': 'IN_PROGRESS',
      ':fingerprint': own.fingerprint,
    },
`;
const sendStart = '    await records.send(put);\n    return undefined;';
const otherErrors = 'if (!(error instanceof ConditionalCheckFailedException && error.Item)) throw error;';
const runWork = '  const result = await work().catch(async (error: unknown) => {';

const inHandler = (replace: string, by: string): Edit => ({ file: 'handler.ts', replace, by });
const inRecords = (replace: string, by: string): Edit => ({ file: 'idempotency.ts', replace, by });
const inStack = (replace: string, by: string): Edit => ({ file: 'stack.ts', replace, by });

/** The key of record and charge comes from what `expression` makes of the message. */
const keyOf = (expression: string, forPayments = 'key'): Edit[] => [
  inHandler(
    runMessage,
    `    event.Records.map(async (record) =>
      chargeOnce(readOrder(JSON.parse(record.body), 'required'), context, ${expression}),
    ),`,
  ),
  inHandler(
    signature,
    'async function chargeOnce(order: Order, context: Context, key = order.orderId): Promise<Receipt> {',
  ),
  inHandler('key: orderId,', 'key,'),
  inHandler(pay, `charge({ order, idempotencyKey: ${forPayments} })`),
];

/** Reads first and writes then: the gap in which another delivery fits. */
const getThenPut: readonly Edit[] = [
  inRecords('DynamoDBDocumentClient, PutCommand,', 'DynamoDBDocumentClient, GetCommand, PutCommand,'),
  inRecords(condition, ''),
  inRecords(conditionNames, ''),
  inRecords(conditionValues, ''),
  inRecords("    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',\n", ''),
  inRecords(
    sendStart,
    `    const { Item } = await records.send(
      new GetCommand({ TableName: tableName, Key: { id: own.id }, ConsistentRead: true }),
    );
    const isOver = (Item?.expiresAt ?? 0) < inSeconds(now) || (Item?.leaseUntil ?? now) < now;
    if (Item && !isOver) {
      const result = typeof Item.result === 'string' ? { result: { S: Item.result } } : undefined;
      return { fingerprint: { S: String(Item.fingerprint) }, ...result };
    }
${sendStart}`,
  ),
];

const keys: readonly Mutant[] = [
  {
    name: 'event-hash',
    trap: 'The key is a hash of the whole record: each delivery has a receipt handle of its own, so none is a repeat.',
    rejectedBy: 'handler/deliveries-share-a-record',
    edits: keyOf('JSON.stringify(record)'),
  },
  {
    name: 'event-hash-for-the-record-only',
    trap: 'Payments know the order, the record does not: every delivery asks the payment service again.',
    rejectedBy: 'handler/deliveries-share-a-record',
    edits: keyOf('JSON.stringify(record)', 'orderId'),
  },
  {
    name: 'message-id',
    trap: 'A producer that sends an order twice makes two messages, with two ids.',
    rejectedBy: 'handler/deliveries-share-a-record',
    edits: keyOf('record.messageId'),
  },
  {
    name: 'body-as-key',
    trap: 'Two clients write the same order with its properties in another sequence: two keys.',
    rejectedBy: 'handler/deliveries-share-a-record',
    edits: keyOf('record.body'),
  },
  {
    name: 'body-as-fingerprint',
    trap: 'The same order in another notation is taken for another payload, and refused.',
    rejectedBy: 'handler/deliveries-share-a-record',
    edits: [
      inHandler(
        runMessage,
        `    event.Records.map(async ({ body }) =>
      chargeOnce(readOrder(JSON.parse(body), 'required'), context, body),
    ),`,
      ),
      inHandler(
        signature,
        'async function chargeOnce(order: Order, context: Context, payload: unknown = order): Promise<Receipt> {',
      ),
      inHandler('payload: order,', 'payload,'),
    ],
  },
  {
    name: 'items-as-key',
    trap: 'Two customers who buy the same tea are taken for one.',
    rejectedBy: 'live/two-orders-two-charges',
    edits: [inHandler('key: orderId,', 'key: JSON.stringify(order.items),')],
  },
  {
    name: 'one-key-for-all-payments',
    trap: 'The payment service gets the same key for every order: to it, all orders are one.',
    rejectedBy: 'live/two-orders-two-charges',
    edits: [inHandler('idempotencyKey: orderId', "idempotencyKey: 'charge'")],
  },
];

const races: readonly Mutant[] = [
  {
    name: 'get-then-put',
    trap: 'Everyone reads before anyone writes: all of them charge.',
    rejectedBy: 'handler/duplicates-at-once-charge-once',
    edits: [...getThenPut, inHandler(pay, 'charge({ order })')],
  },
  {
    name: 'get-then-put-with-payment-key',
    trap: 'The payment service saves the day this time; the next thing that happens twice is an e-mail.',
    rejectedBy: 'handler/duplicates-wait-or-fail',
    edits: getThenPut,
  },
  {
    name: 'lock-in-memory',
    trap: 'A lock in the environment: the next environment has its own.',
    rejectedBy: 'live/five-deliveries-one-charge',
    edits: [
      ...getThenPut,
      inStack(
        "records.grant(handler, 'dynamodb:PutItem'",
        "records.grant(handler, 'dynamodb:GetItem', 'dynamodb:PutItem'",
      ),
      inHandler(pay, 'charge({ order })'),
      inHandler(
        '  return once(attempt, async () => {',
        `  if (busy.has(orderId)) throw new Error(\`\${orderId} is being worked on\`);
  busy.add(orderId);
  return once(attempt, async () => {`,
      ),
      inHandler(
        '    return { chargeId, orderId };\n  });',
        '    return { chargeId, orderId };\n  }).finally(() => busy.delete(orderId));',
      ),
      inHandler('function logFailure', 'const busy = new Set<string>();\n\nfunction logFailure'),
    ],
  },
  {
    name: 'results-in-memory',
    trap: 'Results are kept in the environment: the next environment knows none of them.',
    rejectedBy: 'handler/repeat-gets-the-same-answer',
    edits: [
      inHandler(
        '  return once(attempt, async () => {',
        `  void once;
  return onceHere(attempt.key, async () => {`,
      ),
      inHandler(
        'function logFailure',
        `const results = new Map<string, Promise<Receipt>>();

function onceHere(key: string, work: () => Promise<Receipt>): Promise<Receipt> {
  const known = results.get(key) ?? work();
  results.set(key, known);
  return known;
}

function logFailure`,
      ),
    ],
  },
  {
    name: 'lease-of-nothing',
    trap: 'The lease ends when it begins: the second delivery takes over from a first that is alive.',
    rejectedBy: 'handler/duplicates-wait-or-fail',
    edits: [
      inRecords(leaseUntil, 'leaseUntil: now,'),
      inRecords(
        '  const now = Date.now();\n  const put',
        '  void remainingMs;\n  const now = Date.now();\n  const put',
      ),
    ],
  },
  {
    name: 'lease-in-seconds',
    trap: 'A lease in seconds compared with milliseconds is always over.',
    rejectedBy: 'handler/duplicates-wait-or-fail',
    edits: [inRecords(leaseUntil, 'leaseUntil: inSeconds(now + remainingMs),')],
  },
];

const crashes: readonly Mutant[] = [
  {
    name: 'no-payment-key',
    trap: 'The table is right and the customer pays twice: between charge and record the process dies.',
    rejectedBy: 'handler/crash-after-the-charge-charges-once',
    edits: [inHandler(pay, 'charge({ order })')],
  },
  {
    name: 'payment-key-per-attempt',
    trap: 'A key that is made anew for each attempt tells the payment service nothing.',
    rejectedBy: 'handler/crash-after-the-charge-charges-once',
    edits: [inHandler('idempotencyKey: orderId', 'idempotencyKey: `${orderId}-${Math.random()}`')],
  },
  {
    name: 'payment-key-per-request',
    trap: 'The retry is another invocation, with another request id: another key, another charge.',
    rejectedBy: 'handler/crash-after-the-charge-charges-once',
    edits: [inHandler('idempotencyKey: orderId', 'idempotencyKey: context.awsRequestId')],
  },
  {
    name: 'payment-key-per-way-in',
    trap: 'A queue and a direct call make two keys of one order: who calls when the record has expired is charged again.',
    rejectedBy: 'handler/redrive-on-day-three-charges-once',
    edits: [
      inHandler(
        runMessage,
        `    event.Records.map(async ({ body }) =>
      chargeOnce(readOrder(JSON.parse(body), 'required'), context, 'queue'),
    ),`,
      ),
      inHandler(
        signature,
        "async function chargeOnce(order: Order, context: Context, way = 'direct'): Promise<Receipt> {",
      ),
      inHandler(pay, 'charge({ order, idempotencyKey: `${way}-${orderId}` })'),
    ],
  },
  {
    name: 'payment-key-of-the-text',
    trap: 'The record knows the order by its id, payments by its text: the same order in another notation is paid again.',
    rejectedBy: 'handler/redrive-on-day-three-charges-once',
    edits: [
      inHandler(
        runMessage,
        `    event.Records.map(async ({ body }) =>
      chargeOnce(readOrder(JSON.parse(body), 'required'), context, body),
    ),`,
      ),
      inHandler(
        signature,
        'async function chargeOnce(order: Order, context: Context, text = JSON.stringify(order)): Promise<Receipt> {',
      ),
      inHandler(pay, 'charge({ order, idempotencyKey: text })'),
    ],
  },
  {
    name: 'payment-key-per-day',
    trap: 'A date in the key: the redrive on day three is a new charge.',
    rejectedBy: 'handler/redrive-on-day-three-charges-once',
    edits: [
      inHandler(
        'idempotencyKey: orderId',
        'idempotencyKey: `${orderId}-${new Date().toISOString().slice(0, 10)}`',
      ),
    ],
  },
  {
    name: 'time-to-live-as-lock',
    trap: 'Nothing but the time to live frees the record of a crash: the order is blocked for a day.',
    rejectedBy: 'handler/recovers-from-a-crash',
    edits: [
      inRecords(condition, "ConditionExpression: 'attribute_not_exists(id) OR expiresAt < :seconds',"),
      inRecords(conditionNames, ''),
      inRecords(conditionValues, "    ExpressionAttributeValues: { ':seconds': inSeconds(now) },\n"),
    ],
  },
  {
    name: 'lease-of-an-hour',
    trap: 'The lease outlives all five receives: the message is in the dead-letter queue before it ends.',
    rejectedBy: 'live/crash-charges-once',
    edits: [inRecords(leaseUntil, 'leaseUntil: now + remainingMs + 3_600_000,')],
  },
  {
    name: 'giving-way-frees-the-record',
    trap: 'Whoever gives way tidies up, and deletes the record of the one who is at work: the next one charges beside it.',
    rejectedBy: 'handler/duplicates-wait-or-fail',
    edits: [
      inRecords(
        'if (existing) return resultOf<Result>(existing, own);',
        `try {
    if (existing) return resultOf<Result>(existing, own);
  } catch (error) {
    await release(own);
    throw error;
  }`,
      ),
      inRecords("      ConditionExpression: 'attempt = :attempt',\n", ''),
      inRecords("      ExpressionAttributeValues: { ':attempt': attempt },\n", ''),
    ],
  },
  {
    name: 'repeat-says-so',
    trap: 'The answer to a repeat says that it is one: a caller who compares the two, or checks their shape, takes it for another.',
    rejectedBy: 'handler/repeat-gets-the-same-answer',
    edits: [
      inRecords(
        'if (existing) return resultOf<Result>(existing, own);',
        'if (existing) return { ...resultOf<Result>(existing, own), repeated: true };',
      ),
    ],
  },
  {
    name: 'duplicates-acknowledged',
    trap: 'A duplicate is taken as done while the first is at work; the first dies, and nobody comes again.',
    rejectedBy: 'handler/recovers-from-a-crash',
    edits: [
      inHandler(
        rejected,
        `${rejected}
    if (outcome.reason instanceof Error && outcome.reason.name === 'AlreadyInProgress') return [];`,
      ),
    ],
  },
];

const failures: readonly Mutant[] = [
  {
    name: 'store-errors-swallowed',
    trap: 'The table does not answer, so the order counts as new: it is charged without a look.',
    rejectedBy: 'handler/store-failure-charges-nothing',
    edits: [
      inRecords(
        otherErrors,
        'if (!(error instanceof ConditionalCheckFailedException && error.Item)) return undefined;',
      ),
    ],
  },
  {
    name: 'store-errors-taken-for-duplicates',
    trap: 'Whatever goes wrong with the table counts as "was there before": the order is never charged, and done.',
    rejectedBy: 'handler/store-failure-charges-nothing',
    edits: [
      inRecords(
        otherErrors,
        `if (!(error instanceof ConditionalCheckFailedException && error.Item)) {
      return { fingerprint: { S: own.fingerprint }, result: { S: JSON.stringify({ chargeId: '', orderId: own.id }) } };
    }`,
      ),
    ],
  },
  {
    name: 'failure-remembered',
    trap: 'A charge that failed is stored like one that worked: every retry gets the failure as its result.',
    rejectedBy: 'handler/failed-charge-is-tried-again',
    edits: [
      inRecords(
        runWork,
        '  const result = await work().catch(async (error: unknown) => {\n    await finish(own, null);',
      ),
      inRecords('    await release(own).catch(() => {});\n', '    void release;\n'),
    ],
  },
  {
    name: 'failure-answered-as-success',
    trap: 'The payment service was down; the caller gets a receipt without a charge.',
    rejectedBy: 'handler/failed-charge-is-tried-again',
    edits: [
      inHandler(pay, "charge({ order, idempotencyKey: orderId }).catch(() => ({ chargeId: 'pending' }))"),
    ],
  },
];

const expiry: readonly Mutant[] = [
  {
    name: 'time-to-live-in-milliseconds',
    trap: 'Read as seconds, the date is some fifty thousand years ahead: nothing is ever deleted.',
    rejectedBy: 'live/records-expire-in-a-day',
    edits: [
      inRecords('return Math.floor(milliseconds / 1000);', 'return milliseconds;'),
      inRecords('24 * 60 * 60;', '24 * 60 * 60 * 1000;'),
    ],
  },
  {
    name: 'time-to-live-as-text',
    trap: 'DynamoDB reads numbers only: a text is no time to live.',
    rejectedBy: 'live/records-expire-in-a-day',
    edits: [
      inRecords(
        "':expiresAt': inSeconds(Date.now()) + rememberedSeconds,",
        "':expiresAt': String(inSeconds(Date.now()) + rememberedSeconds),",
      ),
    ],
  },
  {
    name: 'time-to-live-of-an-hour',
    trap: 'After an hour the record is forgotten; the retries of SQS can come later.',
    rejectedBy: 'live/records-expire-in-a-day',
    edits: [inRecords('24 * 60 * 60;', '60 * 60;')],
  },
  {
    name: 'time-to-live-by-another-name',
    trap: 'The table looks at one attribute, the code writes another: nothing is ever deleted.',
    rejectedBy: 'live/records-expire-in-a-day',
    edits: [inStack("timeToLiveAttribute: 'expiresAt'", "timeToLiveAttribute: 'ttl'")],
  },
  {
    name: 'no-time-to-live',
    trap: 'The code writes when a record expires, and nobody told the table.',
    rejectedBy: 'stack/records-have-a-time-to-live',
    edits: [inStack("      timeToLiveAttribute: 'expiresAt',\n", '')],
  },
  {
    name: 'expired-record-trusted',
    trap: 'What DynamoDB has not deleted yet counts, hours and days after it expired.',
    rejectedBy: 'handler/expired-record-counts-as-absent',
    edits: [
      inRecords('attribute_not_exists(id) OR expiresAt < :seconds', 'attribute_not_exists(id)'),
      inRecords("      ':seconds': inSeconds(now),\n", ''),
    ],
  },
  {
    name: 'expired-record-in-conflict',
    trap: 'An expired record lets the same payload in, and refuses another one until DynamoDB finds the time to delete it.',
    rejectedBy: 'handler/expired-record-counts-as-absent',
    edits: [
      inRecords(
        'attribute_not_exists(id) OR expiresAt < :seconds',
        'attribute_not_exists(id) OR (expiresAt < :seconds AND fingerprint = :fingerprint)',
      ),
    ],
  },
];

const conflicts: readonly Mutant[] = [
  {
    name: 'no-fingerprint',
    trap: 'Whoever comes second under an order id gets the receipt of another order.',
    rejectedBy: 'handler/other-payload-is-a-conflict',
    edits: [inRecords('existing.fingerprint?.S !== own.fingerprint', "own.fingerprint === ''")],
  },
  {
    name: 'fingerprint-of-the-total',
    trap: 'Another customer with the same total is taken for a repeat.',
    rejectedBy: 'handler/other-payload-is-a-conflict',
    edits: [inHandler('payload: order,', 'payload: order.totalCents,')],
  },
  {
    name: 'fingerprint-without-the-articles',
    trap: 'Quantities and prices are compared, articles are not: other tea for the same money is taken for a repeat.',
    rejectedBy: 'handler/other-payload-is-a-conflict',
    edits: [
      inHandler(
        'payload: order,',
        "payload: { ...order, items: order.items.map((item) => ({ ...item, sku: '' })) },",
      ),
    ],
  },
  {
    name: 'payload-in-the-key',
    trap: 'With the payload in the key, another payload is another order, and is charged.',
    rejectedBy: 'handler/other-payload-is-a-conflict',
    edits: [
      inHandler('key: orderId,', 'key: JSON.stringify(order),'),
      inHandler('idempotencyKey: orderId', 'idempotencyKey: JSON.stringify(order)'),
    ],
  },
  {
    name: 'conflict-by-another-name',
    trap: 'Callers tell a conflict by its name; this one looks like any failure, and is retried.',
    rejectedBy: 'handler/other-payload-is-a-conflict',
    edits: [inRecords("name = 'IdempotencyConflict'", "name = 'Error'")],
  },
  {
    name: 'conflict-dropped',
    trap: 'A conflict is logged and the message deleted: nobody learns that an order was changed.',
    rejectedBy: 'live/conflict-reaches-dlq',
    edits: [
      inHandler(
        rejected,
        `${rejected}
    if (outcome.reason instanceof Error && outcome.reason.name === 'IdempotencyConflict') return [];`,
      ),
    ],
  },
];

const orders: readonly Mutant[] = [
  {
    name: 'direct-total-required',
    trap: 'A client that leaves the total to the server is refused.',
    rejectedBy: 'handler/orders-are-read-as-agreed',
    edits: [inHandler("readOrder(event.order, 'computed')", "readOrder(event.order, 'required')")],
  },
  {
    name: 'queued-total-believed',
    trap: 'A message whose total is not the sum of its items is charged.',
    rejectedBy: 'handler/orders-are-read-as-agreed',
    edits: [inHandler("readOrder(JSON.parse(body), 'required')", "readOrder(JSON.parse(body), 'computed')")],
  },
  {
    name: 'whole-batch-fails',
    trap: 'One duplicate or bad order takes the batch with it.',
    rejectedBy: 'handler/orders-are-read-as-agreed',
    edits: [
      inHandler(
        '  return { batchItemFailures };',
        "  if (batchItemFailures.length > 0) throw new Error('not all orders were charged');\n  return { batchItemFailures };",
      ),
    ],
  },
];

const settings: readonly Mutant[] = [
  {
    name: 'sort-key',
    trap: 'The records table has another key than the one that is agreed.',
    rejectedBy: 'stack/records-table-as-agreed',
    edits: [
      inStack(
        "      timeToLiveAttribute: 'expiresAt',\n",
        "      timeToLiveAttribute: 'expiresAt',\n      sortKey: { name: 'attempt', type: AttributeType.STRING },\n",
      ),
    ],
  },
  {
    name: 'answer-ignored',
    trap: 'Without ReportBatchItemFailures the duplicate that gave way is deleted, with the conflict.',
    rejectedBy: 'stack/queue-as-in-lab-07',
    edits: [inStack('reportBatchItemFailures: true', 'reportBatchItemFailures: false')],
  },
  {
    name: 'dead-letters-for-a-day',
    trap: 'Dead letters as short-lived as records: the redrive is safe, and the orders are gone.',
    rejectedBy: 'stack/queue-as-in-lab-07',
    edits: [inStack('retentionPeriod: Duration.days(14)', 'retentionPeriod: Duration.days(1)')],
  },
  {
    name: 'no-right-to-count-down',
    trap: 'The function may not update the control table, which given/downstream.ts does.',
    rejectedBy: 'stack/function-may-do-its-work',
    edits: [
      inStack(
        "control.grant(handler, 'dynamodb:GetItem', 'dynamodb:UpdateItem')",
        "control.grant(handler, 'dynamodb:GetItem')",
      ),
    ],
  },
  {
    name: 'no-right-to-finish',
    trap: 'The record can be begun and never finished: every order ends in the dead-letter queue, charged.',
    rejectedBy: 'live/two-orders-two-charges',
    edits: [
      inStack(
        "'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'",
        "'dynamodb:PutItem', 'dynamodb:DeleteItem'",
      ),
    ],
  },
  {
    name: 'fixed-name',
    trap: 'A fixed table name: the second stack of an account cannot be deployed.',
    rejectedBy: 'stack/two-stacks-fit',
    edits: [
      inStack(
        "      timeToLiveAttribute: 'expiresAt',\n",
        "      timeToLiveAttribute: 'expiresAt',\n      tableName: 'idempotency',\n",
      ),
    ],
  },
];

/** Wrong solutions of this lab, each made for one check. */
export const mutants: readonly Mutant[] = [
  ...keys,
  ...races,
  ...crashes,
  ...failures,
  ...expiry,
  ...conflicts,
  ...orders,
  ...settings,
];
