import type { Edit, Mutant } from '../../authoring/mutant.ts';

/** Why the starter fails each check: its own mistake there, not another's. */
export const starterReasons: Readonly<Record<string, RegExp>> = {
  'handler/good-batch-succeeds': /answered null/,
  'handler/poison-is-reported-alone': /Not reported: poison-first, poison-middle, poison-last/,
  'handler/invalid-orders-are-rejected': /did not report them/,
  'handler/ledger-failure-is-reported': /Not reported: message-entry-3/,
  'handler/slow-orders-run-together': /took 10 rounds/,
  'stack/batch-settings': /MaximumBatchingWindowInSeconds is 0; it should be 5/,
  'stack/partial-failures-enabled': /does not list ReportBatchItemFailures/,
  'stack/visibility-covers-retries': /hides a message for 30 s\. The function may run 30 s/,
  'stack/redrive-after-five': /no redrive policy/,
  'stack/dead-letters-kept-14-days': /345600 s \(4 days\)/,
  'live/poison-message-reaches-dlq': /The poison message is gone/,
  // In which batch the poison travels is chance: it takes the orders behind it along, or only itself.
  'live/batch-survives-poison': /There is no item for order live-before|The poison message is gone/,
};

// Pieces of the solution that several mutants replace.

const processAll = `  const outcomes = await Promise.allSettled(event.Records.map(processMessage));

  const batchItemFailures = event.Records.flatMap(({ messageId }, index) => {
    const outcome = outcomes[index];
    if (outcome?.status !== 'rejected') return [];
    logFailure(messageId, outcome.reason);
    return [{ itemIdentifier: messageId }];
  });
  return { batchItemFailures };`;
const answer = '  return { batchItemFailures };';
const identifier = 'return [{ itemIdentifier: messageId }];';
const appendToLedger = "  await append({ orderId: order.orderId, kind: 'processed' });\n";
const putItem =
  "  await orders.send(new PutCommand({ TableName: tableName, Item: { ...order, status: 'PROCESSED' } }));\n";
const item = "Item: { ...order, status: 'PROCESSED' }";
const addEventSource = `    worker.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 10,
        maxBatchingWindow: batchingWindow,
        // What does not fit stays in the queue, at no cost in receives.
        maxConcurrency: 50,
        // Without it Lambda ignores the handler's answer and deletes the whole batch.
        reportBatchItemFailures: true,
      }),
    );
`;
const visibility =
  'visibilityTimeout: Duration.seconds(6 * timeout.toSeconds() + batchingWindow.toSeconds()),';
const redrive = 'deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },';
const retention = 'retentionPeriod: Duration.days(14),';

const inWorker = (replace: string, by: string): Edit => ({ file: 'worker.ts', replace, by });
const inOrder = (replace: string, by: string): Edit => ({ file: 'order.ts', replace, by });
const inStack = (replace: string, by: string): Edit => ({ file: 'stack.ts', replace, by });

const answers: readonly Mutant[] = [
  {
    name: 'wrong-key',
    trap: 'The answer has a key that Lambda does not know, so Lambda finds no failure in it.',
    rejectedBy: 'handler/good-batch-succeeds',
    edits: [inWorker(answer, '  return { failures: batchItemFailures } as unknown as SQSBatchResponse;')],
  },
  {
    name: 'no-answer',
    trap: 'The failures are collected and never returned: Lambda deletes the whole batch.',
    rejectedBy: 'handler/poison-is-reported-alone',
    edits: [inWorker(answer, '  return undefined as unknown as SQSBatchResponse;')],
  },
  {
    name: 'wrong-identifier-key',
    trap: 'A failure without itemIdentifier makes Lambda fail the whole batch.',
    rejectedBy: 'handler/poison-is-reported-alone',
    edits: [inWorker(identifier, 'return [{ messageId } as unknown as { itemIdentifier: string }];')],
  },
  {
    name: 'receipt-handle-as-identifier',
    trap: 'The receipt handle is no message id: Lambda does not find it and fails the whole batch.',
    rejectedBy: 'handler/poison-is-reported-alone',
    edits: [
      inWorker('flatMap(({ messageId }, index)', 'flatMap(({ messageId, receiptHandle }, index)'),
      inWorker(identifier, 'return [{ itemIdentifier: receiptHandle }];'),
    ],
  },
  {
    name: 'throw-on-first-failure',
    trap: 'One bad message fails the batch: good orders come again and are processed again.',
    rejectedBy: 'handler/poison-is-reported-alone',
    edits: [
      inWorker(
        processAll,
        `  for (const record of event.Records) {
    await processMessage(record).catch((error: unknown) => {
      logFailure(record.messageId, error);
      throw error;
    });
  }
  return { batchItemFailures: [] };`,
      ),
    ],
  },
  {
    name: 'promise-all',
    trap: 'Promise.all gives up at the first failure: it hides which message failed and leaves the others running.',
    rejectedBy: 'handler/poison-is-reported-alone',
    edits: [
      inWorker(
        processAll,
        `  await Promise.all(event.Records.map(processMessage)).catch((error: unknown) => {
    logFailure('unknown', error);
    throw error;
  });
  return { batchItemFailures: [] };`,
      ),
    ],
  },
  {
    name: 'promise-all-first-failure-only',
    trap: 'The first failure answers for the batch while other orders are still at work, or fail unseen.',
    rejectedBy: 'handler/poison-is-reported-alone',
    edits: [
      inWorker(
        processAll,
        `  const work = event.Records.map((record) =>
    processMessage(record).catch((error: unknown) => {
      logFailure(record.messageId, error);
      throw record.messageId;
    }),
  );
  try {
    await Promise.all(work);
    return { batchItemFailures: [] };
  } catch (messageId) {
    return { batchItemFailures: [{ itemIdentifier: String(messageId) }] };
  }`,
      ),
    ],
  },
  {
    name: 'report-all',
    trap: 'One bad message reports all of them: good orders are processed up to five times and end in the DLQ.',
    rejectedBy: 'handler/poison-is-reported-alone',
    edits: [
      inWorker(
        answer,
        `  if (batchItemFailures.length === 0) return { batchItemFailures };
  return { batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };`,
      ),
    ],
  },
  {
    name: 'report-the-rest',
    trap: 'The way of a FIFO queue: everything after a failure is reported too, although it succeeded.',
    rejectedBy: 'handler/poison-is-reported-alone',
    edits: [
      inWorker(
        answer,
        `  const first = event.Records.findIndex(({ messageId }) => messageId === batchItemFailures[0]?.itemIdentifier);
  if (first < 0) return { batchItemFailures };
  return { batchItemFailures: event.Records.slice(first).map(({ messageId }) => ({ itemIdentifier: messageId })) };`,
      ),
    ],
  },
  {
    name: 'parse-outside-the-try',
    trap: 'All bodies are parsed before any order is processed: one that is no JSON throws for the whole batch.',
    rejectedBy: 'handler/poison-is-reported-alone',
    edits: [
      inWorker(
        '  const outcomes =',
        '  for (const { body } of event.Records) JSON.parse(body);\n  const outcomes =',
      ),
    ],
  },
  {
    name: 'throw-when-all-failed',
    trap: 'A batch of bad messages only throws, as if the function itself were broken.',
    rejectedBy: 'handler/invalid-orders-are-rejected',
    edits: [
      inWorker(
        answer,
        `  if (batchItemFailures.length > 0 && batchItemFailures.length === event.Records.length) {
    throw new Error('All messages of the batch failed.');
  }
${answer}`,
      ),
    ],
  },
  {
    name: 'swallow-invalid-orders',
    trap: 'An invalid order is logged and counted as done: nobody finds it again.',
    rejectedBy: 'handler/invalid-orders-are-rejected',
    edits: [
      inWorker(
        identifier,
        `if (outcome.reason instanceof Error && outcome.reason.name === 'InvalidOrderError') return [];
    ${identifier}`,
      ),
    ],
  },
  {
    name: 'swallow-ledger-failures',
    trap: 'A good order that the ledger did not take is logged and lost.',
    rejectedBy: 'handler/ledger-failure-is-reported',
    edits: [
      inWorker(
        identifier,
        `if (outcome.reason instanceof Error && outcome.reason.name !== 'InvalidOrderError') return [];
    ${identifier}`,
      ),
    ],
  },
  {
    name: 'one-after-the-other',
    trap: 'Ten slow orders, one after the other, take longer than the function may.',
    rejectedBy: 'handler/slow-orders-run-together',
    edits: [
      inWorker(
        '  const outcomes = await Promise.allSettled(event.Records.map(processMessage));',
        `  const outcomes: PromiseSettledResult<void>[] = [];
  for (const record of event.Records) outcomes.push(...(await Promise.allSettled([processMessage(record)])));`,
      ),
    ],
  },
];

const effects: readonly Mutant[] = [
  {
    name: 'ledger-after-item',
    trap: 'The item says PROCESSED before the ledger knows of it; when the ledger fails, the item lies.',
    rejectedBy: 'handler/ledger-before-item',
    edits: [inWorker(appendToLedger + putItem, putItem + appendToLedger)],
  },
  {
    name: 'ledger-beside-item',
    trap: 'Both writes at once: the item is written although the ledger refuses the order.',
    rejectedBy: 'handler/ledger-before-item',
    edits: [
      inWorker(appendToLedger, "  const inLedger = append({ orderId: order.orderId, kind: 'processed' });\n"),
      inWorker(
        putItem,
        `  await Promise.all([
    inLedger,
    orders.send(new PutCommand({ TableName: tableName, ${item} })),
  ]);
`,
      ),
    ],
  },
  {
    name: 'ledger-twice',
    trap: 'One delivery of an order leaves two rows in the ledger.',
    rejectedBy: 'handler/good-batch-succeeds',
    edits: [inWorker(appendToLedger, appendToLedger + appendToLedger)],
  },
  {
    name: 'no-ledger',
    trap: 'The item is written, the effect never happens.',
    rejectedBy: 'handler/good-batch-succeeds',
    edits: [inWorker(appendToLedger, '  void append;\n')],
  },
  {
    name: 'ledger-kind',
    trap: 'The ledger row has another kind than the one that is agreed.',
    rejectedBy: 'handler/good-batch-succeeds',
    edits: [inWorker("kind: 'processed'", "kind: 'PROCESSED'")],
  },
  {
    name: 'no-item',
    trap: 'The ledger knows of the order, the orders table does not.',
    rejectedBy: 'handler/good-batch-succeeds',
    edits: [inWorker(putItem, '')],
  },
  {
    name: 'no-status',
    trap: 'The item does not say that the order was processed.',
    rejectedBy: 'handler/good-batch-succeeds',
    edits: [inWorker(item, 'Item: { ...order }')],
  },
  {
    name: 'wrapped-numbers',
    trap: 'Numbers are stored as text: no query compares them as numbers any more.',
    rejectedBy: 'handler/good-batch-succeeds',
    edits: [inWorker(item, "Item: { ...order, totalCents: String(order.totalCents), status: 'PROCESSED' }")],
  },
  {
    name: 'items-as-json',
    trap: 'The items are stored as one JSON text, not as a list.',
    rejectedBy: 'handler/good-batch-succeeds',
    edits: [inWorker(item, "Item: { ...order, items: JSON.stringify(order.items), status: 'PROCESSED' }")],
  },
  {
    name: 'order-in-an-attribute',
    trap: 'The item holds the order in an attribute, not as its own attributes.',
    rejectedBy: 'handler/good-batch-succeeds',
    edits: [inWorker(item, "Item: { orderId: order.orderId, order, status: 'PROCESSED' }")],
  },
  {
    name: 'repeated-order-fails',
    trap: 'A condition without handling turns a harmless repeat into a failure, and into the DLQ.',
    rejectedBy: 'handler/same-order-twice-succeeds',
    edits: [inWorker(item, `${item}, ConditionExpression: 'attribute_not_exists(orderId)'`)],
  },
  {
    name: 'repeated-order-is-reported',
    trap: 'The second message of an order in a batch is taken for a failure.',
    rejectedBy: 'handler/same-order-twice-succeeds',
    edits: [
      inWorker(
        '  const outcomes = await Promise.allSettled(event.Records.map(processMessage));',
        `  const seen = new Set<string>();
  const outcomes = await Promise.allSettled(
    event.Records.map(async (record) => {
      const { orderId } = parseOrder(record.body);
      if (seen.has(orderId)) throw new Error(\`\${orderId} is in the batch twice\`);
      seen.add(orderId);
      await processMessage(record);
    }),
  );`,
      ),
    ],
  },
  {
    name: 'item-failure-swallowed',
    trap: 'The table refuses the item, the handler logs it and reports nothing: Lambda deletes the message.',
    rejectedBy: 'handler/ledger-failure-is-reported',
    edits: [inWorker(putItem, putItem.replace('));', ')).catch(console.error);'))],
  },
  {
    name: 'remembered-before-it-is-done',
    trap: 'The order is remembered before its ledger entry: what fails once is taken for done when it comes again.',
    rejectedBy: 'handler/ledger-failure-is-reported',
    edits: [
      inWorker(
        'async function processMessage',
        'const seen = new Set<string>();\nasync function processMessage',
      ),
      inWorker(
        appendToLedger,
        `  if (seen.has(order.orderId)) return;\n  seen.add(order.orderId);\n${appendToLedger}`,
      ),
    ],
  },
  {
    name: 'second-delivery-refused',
    trap: 'A message that was received before is taken for a duplicate: no order ever gets a second chance.',
    rejectedBy: 'handler/ledger-failure-is-reported',
    edits: [
      inWorker(
        'async function processMessage({ body }: SQSRecord): Promise<void> {\n',
        `async function processMessage({ body, attributes }: SQSRecord): Promise<void> {
  if (Number(attributes.ApproximateReceiveCount) > 1) throw new Error('received before');
`,
      ),
    ],
  },
  {
    name: 'free-order-refused',
    trap: 'A total of 0 is falsy, and so an order that costs nothing is taken for one without a total.',
    rejectedBy: 'handler/good-batch-succeeds',
    edits: [
      inOrder(
        '  const sum =',
        "  if (!order.totalCents) return invalid('totalCents', 'is missing');\n  const sum =",
      ),
    ],
  },
];

/** Rules of an order that are bent; the whole of G1 is in the lesson. */
const orders: readonly Mutant[] = [
  {
    name: 'unknown-property-refused',
    trap: 'A property that the producer added last week makes every order invalid.',
    rejectedBy: 'handler/good-batch-succeeds',
    edits: [
      inOrder(
        "  const { orderId, customerId, items, totalCents } = objectAt(jsonOf(body), 'order');",
        `  const { orderId, customerId, items, totalCents, ...unknown } = objectAt(jsonOf(body), 'order');
  if (Object.keys(unknown).length > 0) invalid(String(Object.keys(unknown)[0]), 'is not known');`,
      ),
    ],
  },
  bentRule('text-quantity', 'The text "2" is taken for the number 2.', [
    inOrder('integer(quantity,', "integer(typeof quantity === 'string' ? Number(quantity) : quantity,"),
  ]),
  bentRule('text-total', 'A total that is text is taken for a number.', [
    inOrder(
      'integer(totalCents,',
      "integer(typeof totalCents === 'string' ? Number(totalCents) : totalCents,",
    ),
  ]),
  bentRule('null-price', 'A price of null becomes 0: the order is free.', [
    inOrder('integer(unitPriceCents,', 'integer(unitPriceCents ?? 0,'),
  ]),
  bentRule('fraction', 'Half a cup, or half a cent, is taken for a whole number.', [
    inOrder('!Number.isInteger(value)', '!Number.isFinite(value)'),
  ]),
  bentRule('quantity-0', 'An order of nothing is processed.', [
    inOrder('quantity`, 1, 1_000)', 'quantity`, 0, 1_000)'),
  ]),
  bentRule('quantity-1001', 'A quantity has no upper limit.', [
    inOrder('quantity`, 1, 1_000)', 'quantity`, 1, Number.MAX_SAFE_INTEGER)'),
  ]),
  bentRule('negative-price', 'A negative price pays the customer.', [
    inOrder('unitPriceCents`, 0, 10_000_000)', 'unitPriceCents`, -10_000_000, 10_000_000)'),
    inOrder("'totalCents', 0, Number", "'totalCents', Number.MIN_SAFE_INTEGER, Number"),
  ]),
  bentRule('price-limit', 'A price has no upper limit.', [
    inOrder('unitPriceCents`, 0, 10_000_000)', 'unitPriceCents`, 0, Number.MAX_SAFE_INTEGER)'),
  ]),
  bentRule('no-items', 'An order without items is processed.', [
    inOrder('value.length < 1', 'value.length < 0'),
  ]),
  bentRule('101-items', 'An order may have any number of items.', [inOrder(' || value.length > 100', '')]),
  bentRule(
    'any-order-id',
    'An order id with a slash or a space is taken, and cannot be asked for over HTTP.',
    [inOrder('/^[A-Za-z0-9_-]{1,64}$/', '/^.{1,64}$/s')],
  ),
  bentRule('unanchored-order-id', 'The pattern of the order id is looked for anywhere in the text.', [
    inOrder('/^[A-Za-z0-9_-]{1,64}$/', '/[A-Za-z0-9_-]{1,64}/'),
  ]),
  bentRule('long-order-id', 'An order id of 65 characters is taken.', [
    inOrder('/^[A-Za-z0-9_-]{1,64}$/', '/^[A-Za-z0-9_-]+$/'),
  ]),
  bentRule('blank-customer', 'A customer id of blanks is taken.', [
    inOrder('/^(?=.*\\S).{1,64}$/s', '/^.{1,64}$/s'),
  ]),
  bentRule('long-customer', 'A customer id of 65 characters is taken.', [
    inOrder('/^(?=.*\\S).{1,64}$/s', '/\\S/'),
  ]),
  bentRule('empty-sku', 'An item without a name is taken.', [inOrder('/^.{1,64}$/s', '/^.{0,64}$/s')]),
  bentRule('long-sku', 'A sku of 65 characters is taken.', [inOrder('/^.{1,64}$/s', '/./s')]),
  bentRule('total-not-checked', 'The total is believed: an order of 330 cents buys tea for 3,300.', [
    inOrder('order.totalCents === sum ?', 'order.totalCents >= 0 ?'),
  ]),
  bentRule('total-computed', 'The total is computed anew, so that a wrong one goes unnoticed.', [
    inOrder('order.totalCents === sum ? order :', 'order.totalCents >= 0 ? { ...order, totalCents: sum } :'),
  ]),
  bentRule('total-optional', 'An order without a total is completed instead of refused.', [
    inOrder('  const sum =', '  const sum: number ='),
    inOrder('integer(totalCents,', 'totalCents === undefined ? -1 : integer(totalCents,'),
    inOrder(
      'order.totalCents === sum ? order :',
      'order.totalCents === sum || order.totalCents === -1 ? { ...order, totalCents: sum } :',
    ),
  ]),
];

function bentRule(name: string, trap: string, edits: readonly Edit[]): Mutant {
  return { name, trap, rejectedBy: 'handler/invalid-orders-are-rejected', edits };
}

const settings: readonly Mutant[] = [
  ...(
    [
      ['batch-size-1', 'Batches of one: ten times the invocations.', 'batchSize: 10', 'batchSize: 1'],
      ['batch-size-5', 'The batch is half as large as agreed.', 'batchSize: 10', 'batchSize: 5'],
      [
        'no-window',
        'Without a window Lambda does not wait for a batch to fill.',
        '        maxBatchingWindow: batchingWindow,\n',
        '',
      ],
      [
        'long-window',
        'The window is longer than the orders may wait.',
        'const batchingWindow = Duration.seconds(5)',
        'const batchingWindow = Duration.seconds(60)',
      ],
      [
        'no-maximum-concurrency',
        'Nothing keeps the queue from taking all the concurrency of the account.',
        '        maxConcurrency: 50,\n',
        '',
      ],
      [
        'maximum-concurrency-500',
        'Ten times the agreed load on the table.',
        'maxConcurrency: 50',
        'maxConcurrency: 500',
      ],
    ] as const
  ).map(
    ([name, trap, replace, by]): Mutant => ({
      name,
      trap,
      rejectedBy: 'stack/batch-settings',
      edits: [inStack(replace, by)],
    }),
  ),
  {
    name: 'answer-ignored',
    trap: 'Without ReportBatchItemFailures Lambda deletes the whole batch, whatever the handler answers.',
    rejectedBy: 'stack/partial-failures-enabled',
    edits: [inStack('reportBatchItemFailures: true', 'reportBatchItemFailures: false')],
  },
  {
    name: 'visibility-below-timeout',
    trap: 'The message is visible again while the function still works on it; AWS refuses such a mapping.',
    rejectedBy: 'stack/visibility-covers-retries',
    edits: [inStack(visibility, 'visibilityTimeout: Duration.seconds(20),')],
  },
  {
    name: 'visibility-is-timeout',
    trap: 'The visibility timeout leaves no time to retry what was throttled.',
    rejectedBy: 'stack/visibility-covers-retries',
    edits: [inStack(visibility, 'visibilityTimeout: timeout,')],
  },
  {
    name: 'visibility-default',
    trap: 'The default of 30 s is as long as the function may take.',
    rejectedBy: 'stack/visibility-covers-retries',
    edits: [inStack(visibility, '')],
  },
  {
    name: 'visibility-without-window',
    trap: 'Six timeouts, but the window in which messages already wait is forgotten.',
    rejectedBy: 'stack/visibility-covers-retries',
    edits: [inStack(visibility, 'visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),')],
  },
  {
    name: 'no-redrive',
    trap: 'A dead-letter queue exists, no queue sends to it: a bad message comes back until it is too old.',
    rejectedBy: 'stack/redrive-after-five',
    edits: [inStack(redrive, '')],
  },
  ...[1, 3, 100].map(
    (count): Mutant => ({
      name: `redrive-after-${count}`,
      trap:
        count < 5
          ? 'A few throttled deliveries send a good message to the DLQ.'
          : 'A bad message comes back a hundred times before anybody sees it.',
      rejectedBy: 'stack/redrive-after-five',
      edits: [inStack('maxReceiveCount: 5', `maxReceiveCount: ${count}`)],
    }),
  ),
  {
    name: 'dead-letter-queue-of-the-function',
    trap: "A function's own DLQ serves asynchronous invocations; Lambda polls a queue and invokes synchronously.",
    rejectedBy: 'stack/redrive-after-five',
    edits: [
      inStack(redrive, ''),
      inStack('      memorySize: 512,', '      memorySize: 512,\n      deadLetterQueue: deadLetters,'),
    ],
  },
  {
    name: 'dead-letters-default-retention',
    trap: 'After the default of 4 days, counted from when the order was sent, the message is gone.',
    rejectedBy: 'stack/dead-letters-kept-14-days',
    edits: [inStack(retention, '')],
  },
  {
    name: 'dead-letters-below-the-source',
    trap: 'A message keeps its age: one that waited in the source for a week is deleted as soon as it is redriven.',
    rejectedBy: 'stack/dead-letters-kept-14-days',
    edits: [
      inStack(retention, 'retentionPeriod: Duration.days(4),'),
      inStack(redrive, `${redrive}\n      retentionPeriod: Duration.days(14),`),
    ],
  },
  {
    name: 'retention-on-the-source',
    trap: 'The 14 days are set on the wrong one of the two queues.',
    rejectedBy: 'stack/dead-letters-kept-14-days',
    edits: [
      inStack(retention, ''),
      inStack(redrive, `${redrive}\n      retentionPeriod: Duration.days(14),`),
    ],
  },
  {
    name: 'no-consumer-permissions',
    trap: "Nothing lets the function's role receive from the queue: AWS refuses the mapping.",
    rejectedBy: 'stack/consumer-permissions',
    edits: mappingByHand(''),
  },
  {
    name: 'receive-only',
    trap: 'The role may receive but not delete: every message comes back until it is in the DLQ.',
    rejectedBy: 'stack/consumer-permissions',
    edits: mappingByHand("    queue.grant(worker, 'sqs:ReceiveMessage', 'sqs:GetQueueAttributes');\n"),
  },
  {
    name: 'rights-on-the-wrong-queue',
    trap: 'The role may consume the dead-letter queue, and not the queue itself.',
    rejectedBy: 'stack/consumer-permissions',
    edits: mappingByHand('    deadLetters.grantConsumeMessages(worker);\n'),
  },
  ...[1, 10, 49].map(
    (reserved): Mutant => ({
      name: `reserved-concurrency-${reserved}`,
      trap: `The mapping starts up to 50 invocations, ${reserved} may run: throttled good messages end in the DLQ.`,
      rejectedBy: 'stack/concurrency-leaves-room',
      edits: [
        inStack(
          '      memorySize: 512,',
          `      memorySize: 512,\n      reservedConcurrentExecutions: ${reserved},`,
        ),
      ],
    }),
  ),
  {
    name: 'timeout-of-a-second',
    trap: 'An order that takes a second in the ledger never ends in time, however often it comes.',
    rejectedBy: 'stack/visibility-covers-retries',
    edits: [inStack('const timeout = Duration.seconds(30);', 'const timeout = Duration.seconds(1);')],
  },
  {
    name: 'key-is-a-number',
    trap: 'The key has the right name and the wrong type: DynamoDB refuses every order.',
    rejectedBy: 'stack/tables-as-agreed',
    edits: [
      inStack(
        "const table = new Table(this, 'Orders', {\n      partitionKey: { name: 'orderId', type: AttributeType.STRING },",
        "const table = new Table(this, 'Orders', {\n      partitionKey: { name: 'orderId', type: AttributeType.NUMBER },",
      ),
    ],
  },
  {
    name: 'output-is-the-arn',
    trap: 'QueueUrl holds the ARN of the queue: whoever sends there is told that there is no such address.',
    rejectedBy: 'stack/redrive-after-five',
    edits: [inStack("'QueueUrl', { value: queue.queueUrl }", "'QueueUrl', { value: queue.queueArn }")],
  },
];

/** The mapping as its own resource, which grants nothing by itself. */
function mappingByHand(grant: string): Edit[] {
  return [
    inStack(
      "import { Runtime } from 'aws-cdk-lib/aws-lambda';",
      "import { EventSourceMapping, Runtime } from 'aws-cdk-lib/aws-lambda';",
    ),
    inStack("import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';\n", ''),
    inStack(
      addEventSource,
      `${grant}    new EventSourceMapping(this, 'Mapping', {
      target: worker,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      maxBatchingWindow: batchingWindow,
      maxConcurrency: 50,
      reportBatchItemFailures: true,
    });
`,
    ),
  ];
}

const deployed: readonly Mutant[] = [
  {
    name: 'ledger-without-permission',
    trap: 'The role may not write to the ledger: on AWS no order is processed, and all end in the DLQ.',
    rejectedBy: 'live/good-orders-are-processed-once',
    edits: [inStack("    ledger.grant(worker, 'dynamodb:PutItem');\n", '')],
  },
  {
    name: 'mapping-disabled',
    trap: 'The mapping is switched off: orders wait in the queue for ever.',
    rejectedBy: 'live/good-orders-are-processed-once',
    edits: [inStack('        batchSize: 10,', '        batchSize: 10,\n        enabled: false,')],
  },
  {
    name: 'tables-swapped',
    trap: 'The two tables are mixed up in the environment: no write works once deployed.',
    rejectedBy: 'live/good-orders-are-processed-once',
    edits: [
      inStack(
        'TABLE_NAME: table.tableName, LEDGER_TABLE: ledger.tableName',
        'TABLE_NAME: ledger.tableName, LEDGER_TABLE: table.tableName',
      ),
    ],
  },
  {
    name: 'forwards-by-hand',
    trap: 'The handler sends bad messages to the DLQ itself, wrapped: the body is not what the customer sent.',
    rejectedBy: 'live/poison-message-reaches-dlq',
    edits: [
      inWorker(
        "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';",
        `import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';`,
      ),
      inWorker(
        processAll,
        `  const sqs = new SQSClient();
  const outcomes = await Promise.allSettled(event.Records.map(processMessage));
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') continue;
    const { messageId, body } = event.Records[index] as SQSRecord;
    logFailure(messageId, outcome.reason);
    const MessageBody = JSON.stringify({ error: String(outcome.reason), body });
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.DEAD_LETTER_QUEUE_URL, MessageBody }));
  }
  return { batchItemFailures: [] };`,
      ),
      inStack(
        'LEDGER_TABLE: ledger.tableName },',
        'LEDGER_TABLE: ledger.tableName, DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl },',
      ),
      inStack(
        "    ledger.grant(worker, 'dynamodb:PutItem');\n",
        "    ledger.grant(worker, 'dynamodb:PutItem');\n    deadLetters.grantSendMessages(worker);\n",
      ),
    ],
  },
  {
    name: 'redrive-to-another-queue',
    trap: 'The queue sends its dead letters to a queue that nobody watches, not to the one that the stack names.',
    rejectedBy: 'live/poison-message-reaches-dlq',
    edits: [
      inStack(
        redrive,
        `deadLetterQueue: {
        queue: new Queue(this, 'Forgotten', { retentionPeriod: Duration.days(14) }),
        maxReceiveCount: 5,
      },`,
      ),
    ],
  },
  {
    name: 'throw-at-the-end',
    trap: 'All are processed, then the handler throws: good orders are processed five times and end in the DLQ.',
    rejectedBy: 'live/batch-survives-poison',
    edits: [
      inWorker(
        answer,
        `  if (batchItemFailures.length > 0) throw new Error('Some messages of the batch failed.');
${answer}`,
      ),
    ],
  },
  {
    name: 'stop-at-first-failure',
    trap: 'The first bad message ends the loop and alone is reported: the orders after it are deleted unprocessed.',
    rejectedBy: 'live/batch-survives-poison',
    edits: [
      inWorker(
        processAll,
        `  for (const record of event.Records) {
    try {
      await processMessage(record);
    } catch (error) {
      logFailure(record.messageId, error);
      return { batchItemFailures: [{ itemIdentifier: record.messageId }] };
    }
  }
  return { batchItemFailures: [] };`,
      ),
    ],
  },
];

/** Wrong solutions of this lab, each made for one check. */
export const mutants: readonly Mutant[] = [...answers, ...effects, ...orders, ...settings, ...deployed];
