import type { Edit, Mutant } from '../../authoring/mutant.ts';

/** Why the starter fails each check: its own mistake there, not another's. */
export const starterReasons: Readonly<Record<string, RegExp>> = {
  'handler/order-is-stored': /totalCents = nothing/,
  'handler/base64-body-is-decoded': /encoded was answered 500 .*SyntaxError/,
  'handler/malformed-bodies-are-refused': /An empty body was answered 500/,
  'handler/first-bad-field-is-named': /answered 200: orderId a number/,
  'handler/errors-say-what-they-are': /content type \(none\)/,
  'handler/cause-stays-inside': /the write with AccessDeniedException, and the handler answered 200/,
  'handler/write-is-awaited': /it was not in the table/,
  'handler/requests-share-nothing': /it got the customer of the request before it/,
  'handler/one-client-per-environment': /opened 6 connections/,
  'handler/missing-table-name-fails-init': /the handler started and answered 200/,
  'handler/lines-carry-request-id': /wrote a line without its id/,
  'handler/log-tells-whose-fault': /logged INFO/,
  'stack/table-as-agreed': /not on-demand/,
  'live/answer-means-stored': /before it was in the table/,
};

// Pieces of the solution that several mutants replace.

const put = 'await orders.send(new PutCommand({ TableName: tableName, Item: order }));';
const order = "const order = { ...readOrder(bodyOf(event)), status: 'RECEIVED' };";
const warn = "console.warn('order refused:', error.message);";
const logError = "console.error('order not stored:', error);";
const internal = "return answer(500, { error: 'Internal error' });";
const isInvalid = 'if (error instanceof InvalidOrderError) {';
const notJson = "throw new InvalidOrderError('the body must be JSON');";
const body = "return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;";
const tableName = `const tableName = process.env.TABLE_NAME;
if (!tableName) throw new Error('The environment variable TABLE_NAME is not set: it names the orders table.');
`;
const signature =
  'export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {\n';
const checkedCustomer =
  "    customerId: textAt(customerId, 'customerId', /^(?=.*\\S).{1,64}$/s, '1 to 64 characters, not all blank'),\n";
const checkedItems = "    items: listAt(items, 'items').map(readItem),\n";
const checkedQuantity = '    quantity: integerAt(quantity, `${path}.quantity`, 1, 1_000),\n';
const checkedPrice =
  '    unitPriceCents: integerAt(unitPriceCents, `${path}.unitPriceCents`, 0, 10_000_000),\n';
const isInteger =
  "  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;";

const inHandler = (replace: string, by: string): Edit => ({ file: 'handler.ts', replace, by });
const inOrder = (replace: string, by: string): Edit => ({ file: 'order.ts', replace, by });
const inStack = (replace: string, by: string): Edit => ({ file: 'stack.ts', replace, by });

const environment: readonly Mutant[] = [
  {
    name: 'client-per-invocation',
    trap: 'Each request makes a client, shakes hands with DynamoDB again and leaves its connection behind.',
    rejectedBy: 'handler/one-client-per-environment',
    edits: [
      inHandler('const orders = DynamoDBDocumentClient', 'const connect = () => DynamoDBDocumentClient'),
      inHandler(put, put.replace('orders.send', 'connect().send')),
    ],
  },
  {
    name: 'module-level-order',
    trap: 'The order is a variable of the module: what one request leaves out, it gets from the request before.',
    rejectedBy: 'handler/requests-share-nothing',
    edits: [
      inHandler(signature, `const kept: Record<string, unknown> = {};\n\n${signature}`),
      inHandler(
        order,
        "Object.assign(kept, JSON.parse(bodyOf(event)));\n    const order = { ...readOrder(JSON.stringify(kept)), status: 'RECEIVED' };",
      ),
    ],
  },
  {
    name: 'module-level-extras',
    trap: 'Unknown properties are collected in an object of the module, and go into every later order.',
    rejectedBy: 'handler/requests-share-nothing',
    edits: [
      inHandler(signature, `const extras: Record<string, unknown> = {};\n\n${signature}`),
      inHandler(
        order,
        `const valid = readOrder(bodyOf(event));
    const { note } = JSON.parse(bodyOf(event)) as { note?: string };
    if (note) extras.note = note;
    const order = { ...extras, ...valid, status: 'RECEIVED' };`,
      ),
    ],
  },
  {
    name: 'write-not-awaited',
    trap: 'The environment is frozen with the write under way, and the order is lost with it.',
    rejectedBy: 'handler/write-is-awaited',
    edits: [inHandler(put, `void ${put.slice('await '.length)}`)],
  },
  {
    name: 'write-not-awaited-errors-caught',
    trap: 'As above, with a catch: the function looks well, in the log and in its metrics.',
    rejectedBy: 'live/answer-means-stored',
    edits: [inHandler(put, `${put.slice('await '.length, -1)}.catch((error) => console.error(error));`)],
  },
  {
    name: 'write-in-the-background',
    trap: 'A timer or an event handler is not awaited either.',
    rejectedBy: 'handler/write-is-awaited',
    edits: [inHandler(put, `setImmediate(async () => {\n      ${put}\n    });`)],
  },
  {
    name: 'two-writes',
    trap: 'Between the two writes the table holds an order without a status.',
    rejectedBy: 'handler/write-is-awaited',
    edits: [
      inHandler(
        put,
        `await orders.send(new PutCommand({ TableName: tableName, Item: { ...order, status: 'NEW' } }));\n    ${put}`,
      ),
    ],
  },
  {
    name: 'forgotten-promise-fails',
    trap: 'A promise that nobody awaits fails after the answer, and ends the environment in the next request.',
    rejectedBy: 'live/one-init-serves-two-requests',
    edits: [
      inHandler(
        put,
        `${put}
    setTimeout(() => {
      throw new Error('the audit service did not answer');
    }, 5);`,
      ),
    ],
  },
  {
    name: 'config-at-first-use',
    trap: 'A missing variable is found by the first customer, after the deployment was called a success.',
    rejectedBy: 'handler/missing-table-name-fails-init',
    edits: [
      inHandler(tableName, ''),
      inHandler(
        put,
        `const tableName = process.env.TABLE_NAME;
    if (!tableName) throw new Error('The environment variable TABLE_NAME is not set.');
    ${put}`,
      ),
    ],
  },
  {
    name: 'config-error-without-name',
    trap: 'The import fails, and does not say which variable is missing.',
    rejectedBy: 'handler/missing-table-name-fails-init',
    edits: [inHandler(tableName, tableName.replace(/'The environment.*'/, "'bad configuration'"))],
  },
  {
    name: 'config-default',
    trap: 'A default name stands in for the missing one, and orders go to a table of somebody else, or to none.',
    rejectedBy: 'handler/missing-table-name-fails-init',
    edits: [inHandler(tableName, "const tableName = process.env.TABLE_NAME ?? 'orders';\n")],
  },
];

const answers: readonly Mutant[] = [
  {
    name: 'broken-json-is-500',
    trap: 'JSON.parse throws a SyntaxError, which nobody took for the client’s fault.',
    rejectedBy: 'handler/malformed-bodies-are-refused',
    edits: [inOrder(notJson, "throw new Error('the body must be JSON');")],
  },
  {
    name: 'absent-body-is-500',
    trap: 'A request without a body has no body property: reading it fails.',
    rejectedBy: 'handler/malformed-bodies-are-refused',
    edits: [
      inHandler(
        "function bodyOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string {",
        'function bodyOf({ body, isBase64Encoded }: APIGatewayProxyEventV2): string {\n  if (body === undefined) throw new TypeError();',
      ),
    ],
  },
  {
    name: 'null-is-500',
    trap: 'JSON.parse("null") is null, and typeof null is "object".',
    rejectedBy: 'handler/malformed-bodies-are-refused',
    edits: [
      inOrder("if (typeof value === 'object' && value !== null && ", "if (typeof value === 'object' && "),
    ],
  },
  {
    name: 'base64-ignored',
    trap: 'isBase64Encoded is not looked at: a good order is refused because of its content type.',
    rejectedBy: 'handler/base64-body-is-decoded',
    edits: [inHandler(body, 'return isBase64Encoded ? body : body;')],
  },
  {
    name: 'base64-as-latin1',
    trap: 'The bytes are decoded, but not as UTF-8: names with accents are stored garbled.',
    rejectedBy: 'handler/base64-body-is-decoded',
    edits: [inHandler(body, body.replace('utf8', 'latin1'))],
  },
  {
    name: 'error-text-in-500',
    trap: 'The text of the error goes to the client: roles, tables, accounts.',
    rejectedBy: 'handler/cause-stays-inside',
    edits: [inHandler(internal, 'return answer(500, { error: String(error) });')],
  },
  {
    name: 'every-error-is-400',
    trap: 'The server’s own failure is called the client’s: it will not try again, and no alarm goes off.',
    rejectedBy: 'handler/cause-stays-inside',
    edits: [inHandler(isInvalid, 'if (error instanceof Error) {')],
  },
  {
    name: 'told-apart-by-name',
    trap: 'DynamoDB has a ValidationException too: told apart by name, its text is answered with a 400.',
    rejectedBy: 'handler/cause-stays-inside',
    edits: [inHandler(isInvalid, 'if (error instanceof Error && /Invalid|Validation/.test(error.name)) {')],
  },
  {
    name: 'failed-write-is-200',
    trap: 'The error is logged and swallowed: the client takes the order for stored.',
    rejectedBy: 'handler/cause-stays-inside',
    edits: [inHandler(put, `${put.slice(0, -1)}.catch((error) => console.error(error));`)],
  },
  {
    name: 'content-type-only-on-200',
    trap: 'Only the 200 says that it is JSON: API Gateway calls the errors text/plain.',
    rejectedBy: 'handler/errors-say-what-they-are',
    edits: [
      inHandler(
        "headers: { 'content-type': 'application/json' },",
        "...(statusCode === 200 && { headers: { 'content-type': 'application/json' } }),",
      ),
    ],
  },
  {
    name: 'error-without-json',
    trap: 'The body of the error is a bare text: the client’s JSON parser fails on it.',
    rejectedBy: 'handler/errors-say-what-they-are',
    edits: [
      inHandler(
        'return answer(400, { error: error.message });',
        'return { ...answer(400, {}), body: error.message };',
      ),
    ],
  },
  {
    name: 'broken-for-ever',
    trap: 'After one failed write every request of the environment fails, good ones too.',
    rejectedBy: 'handler/cause-stays-inside',
    edits: [
      inHandler(signature, `let broken = false;\n\n${signature}`),
      inHandler(order, `if (broken) throw new Error('gave up');\n    ${order}`),
      inHandler(logError, `broken = true;\n    ${logError}`),
    ],
  },
  {
    name: 'missing-table-is-400',
    trap: 'An error of DynamoDB that has "NotFound" in its name is taken for the client’s.',
    rejectedBy: 'handler/cause-stays-inside',
    edits: [
      inHandler(
        isInvalid,
        "if (error instanceof InvalidOrderError || (error as Error).name === 'ResourceNotFoundException') {",
      ),
    ],
  },
];

const orders: readonly Mutant[] = [
  {
    name: 'total-of-the-client',
    trap: 'The client says what it owes.',
    rejectedBy: 'handler/order-is-stored',
    edits: [
      inOrder(
        'const { orderId, customerId, items } =',
        'const { orderId, customerId, items, totalCents: sent } =',
      ),
      inOrder(
        'return { ...order, totalCents };',
        'return { ...order, totalCents: (sent as number | undefined) ?? totalCents };',
      ),
    ],
  },
  {
    name: 'status-of-the-client',
    trap: 'What the client sends is spread last: it decides that its order is paid.',
    rejectedBy: 'handler/order-is-stored',
    edits: [
      inHandler(
        order,
        `const valid = readOrder(bodyOf(event));
    const order = { status: 'RECEIVED', ...(JSON.parse(bodyOf(event)) as object), ...valid };`,
      ),
    ],
  },
  {
    name: 'undefined-values',
    trap: 'An optional field that is not there becomes undefined, which the document client refuses by default.',
    rejectedBy: 'handler/order-is-stored',
    edits: [
      inOrder('  unitPriceCents: number;\n}', '  unitPriceCents: number;\n  gift: unknown;\n}'),
      inOrder('const { sku, quantity, unitPriceCents } =', 'const { sku, quantity, unitPriceCents, gift } ='),
      inOrder('10_000_000),\n', '10_000_000),\n    gift,\n'),
    ],
  },
  {
    name: 'wrapped-numbers',
    trap: 'Attribute values are written by hand for a client that makes them itself: the item has { N: "2500" }.',
    rejectedBy: 'handler/order-is-stored',
    edits: [
      inHandler(
        put,
        put.replace('Item: order', 'Item: { ...order, totalCents: { N: String(order.totalCents) } }'),
      ),
    ],
  },
  {
    name: 'order-as-text',
    trap: 'The order is stored as JSON in one attribute: nothing can query or update it.',
    rejectedBy: 'handler/order-is-stored',
    edits: [
      inHandler(
        put,
        put.replace('Item: order', 'Item: { orderId: order.orderId, order: JSON.stringify(order) }'),
      ),
    ],
  },
  {
    name: 'first-one-stays',
    trap: 'A condition keeps the first order, and the client is told that its change was stored.',
    rejectedBy: 'handler/order-is-stored',
    edits: [
      inHandler(
        put,
        `${put
          .replace('Item: order', "Item: order, ConditionExpression: 'attribute_not_exists(orderId)'")
          .slice(0, -1)}.catch((error: Error) => {
      if (error.name !== 'ConditionalCheckFailedException') throw error;
    });`,
      ),
    ],
  },
  {
    name: 'refuses-a-retry',
    trap: 'A condition turns the retry of a client that got no answer into an error.',
    rejectedBy: 'handler/same-order-again-is-accepted',
    edits: [
      inHandler(
        put,
        put.replace('Item: order', "Item: order, ConditionExpression: 'attribute_not_exists(orderId)'"),
      ),
    ],
  },
  {
    name: 'stored-before-validated',
    trap: 'The request is stored as it came, and validated afterwards: refused orders are in the table.',
    rejectedBy: 'handler/first-bad-field-is-named',
    edits: [
      inHandler(
        order,
        `const raw = JSON.parse(bodyOf(event)) as Record<string, unknown>;
    if (raw?.orderId === 'invalid') await orders.send(new PutCommand({ TableName: tableName, Item: raw }));
    ${order}`,
      ),
    ],
  },
  {
    name: 'numbers-coerced',
    trap: '"2" is taken for 2, true for 1 and null for 0.',
    rejectedBy: 'handler/first-bad-field-is-named',
    edits: [
      inOrder(
        isInteger,
        `  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;`,
      ),
    ],
  },
  {
    name: 'quantities-of-a-half',
    trap: 'typeof 1.5 is "number".',
    rejectedBy: 'handler/first-bad-field-is-named',
    edits: [inOrder(' && Number.isInteger(value)', '')],
  },
  {
    name: 'blank-customer',
    trap: 'A text of spaces is not empty.',
    rejectedBy: 'handler/first-bad-field-is-named',
    edits: [inOrder('/^(?=.*\\S).{1,64}$/s', '/^.{1,64}$/s')],
  },
  {
    name: 'id-with-line-break',
    trap: 'In multi-line mode $ also matches before a line break.',
    rejectedBy: 'handler/first-bad-field-is-named',
    edits: [inOrder('/^[A-Za-z0-9_-]{1,64}$/', '/^[A-Za-z0-9_-]{1,64}$/m')],
  },
  {
    name: 'field-not-named',
    trap: 'The client reads "invalid order" and has to guess.',
    rejectedBy: 'handler/first-bad-field-is-named',
    edits: [
      inHandler(
        'return answer(400, { error: error.message });',
        "return answer(400, { error: 'invalid order' });",
      ),
    ],
  },
  {
    name: 'item-not-named',
    trap: 'items.quantity: which of the hundred?',
    rejectedBy: 'handler/first-bad-field-is-named',
    edits: [inOrder('const path = `items[${index}]`;', "const path = index < 0 ? '' : 'items';")],
  },
  {
    name: 'last-field-named',
    trap: 'The items are read from the end: the field that is named is not the first one.',
    rejectedBy: 'handler/first-bad-field-is-named',
    edits: [
      inOrder(
        "items: listAt(items, 'items').map(readItem),",
        "items: listAt(items, 'items').reduceRight<OrderItem[]>((read, item, index) => [readItem(item, index), ...read], []),",
      ),
    ],
  },
  {
    name: 'items-before-customer',
    trap: 'The fields are checked in another order: the first wrong one is not the one that is named.',
    rejectedBy: 'handler/first-bad-field-is-named',
    edits: [inOrder(checkedCustomer + checkedItems, checkedItems + checkedCustomer)],
  },
  {
    name: 'price-before-quantity',
    trap: 'Within an item, too, the first wrong field is the one to name.',
    rejectedBy: 'handler/first-bad-field-is-named',
    edits: [inOrder(checkedQuantity + checkedPrice, checkedPrice + checkedQuantity)],
  },
  {
    name: 'all-fields-named',
    trap: 'The error lists all fields that an order has: the client still does not know which one is wrong.',
    rejectedBy: 'handler/first-bad-field-is-named',
    edits: [
      inHandler(
        'return answer(400, { error: error.message });',
        `const items = Array.from({ length: 100 }, (_, index) => \`items[\${index}]\`);
      const fields = items.flatMap((item) => [item, \`\${item}.sku\`, \`\${item}.quantity\`, \`\${item}.unitPriceCents\`]);
      return answer(400, { error: \`one of these is wrong: orderId, customerId, items, \${fields.join(', ')}\` });`,
      ),
    ],
  },
  {
    name: 'tabs-for-a-customer',
    trap: 'Only spaces count as blank: a customer of tabs passes.',
    rejectedBy: 'handler/first-bad-field-is-named',
    edits: [inOrder('(?=.*\\S)', '(?=.*[^ ])')],
  },
  {
    name: 'anything-with-a-length',
    trap: 'A text has a length, too: it is taken for a list of items, and what follows fails.',
    rejectedBy: 'handler/first-bad-field-is-named',
    edits: [
      inOrder(
        'if (Array.isArray(value) && value.length >= 1 && value.length <= 100) return value;',
        'const list = value as unknown[];\n  if (list?.length >= 1 && list.length <= 100) return list;',
      ),
    ],
  },
  {
    name: 'unknown-in-an-item-refused',
    trap: 'A client that says more of an item than the contract knows is refused.',
    rejectedBy: 'handler/order-is-stored',
    edits: [
      inOrder(
        'const { sku, quantity, unitPriceCents } = objectAt(value, path);',
        `const { sku, quantity, unitPriceCents, ...unknown } = objectAt(value, path);
  if (Object.keys(unknown).length > 0) throw new InvalidOrderError(\`\${path} has unknown properties\`);`,
      ),
    ],
  },
  {
    name: 'total-by-way-of-euros',
    trap: 'Cents are divided by 100 and multiplied again: 29 cents become 28.999999999999996.',
    rejectedBy: 'handler/order-is-stored',
    edits: [
      inOrder(
        'cents + item.quantity * item.unitPriceCents, 0)',
        'cents + item.quantity * (item.unitPriceCents / 100) * 100, 0)',
      ),
    ],
  },
  {
    name: 'only-dearer-orders-overwrite',
    trap: 'The same orderId overwrites only if the total did not fall: a corrected order is a 500.',
    rejectedBy: 'handler/order-is-stored',
    edits: [
      inHandler(
        'Item: order }',
        "Item: order, ConditionExpression: 'attribute_not_exists(orderId) OR totalCents <= :t', ExpressionAttributeValues: { ':t': order.totalCents } }",
      ),
    ],
  },
];

const logs: readonly Mutant[] = [
  {
    name: 'lines-without-request-id',
    trap: 'A logger of one’s own writes past Lambda’s console: nobody knows whose line it is.',
    rejectedBy: 'handler/lines-carry-request-id',
    edits: [
      inHandler(
        warn,
        "process.stdout.write(`${JSON.stringify({ level: 'WARN', message: error.message })}\\n`);",
      ),
    ],
  },
  {
    name: 'request-id-of-the-first',
    trap: 'The logger is made by the first request and keeps its id for ever.',
    rejectedBy: 'handler/lines-carry-request-id',
    edits: [
      inHandler(
        signature,
        `let requestId: string | undefined;

${signature.replace('(event: APIGatewayProxyEventV2)', '(event: APIGatewayProxyEventV2, context: { awsRequestId: string })')}  requestId ??= context.awsRequestId;
`,
      ),
      inHandler(
        warn,
        "process.stdout.write(`${JSON.stringify({ level: 'WARN', requestId, message: error.message })}\\n`);",
      ),
    ],
  },
  {
    name: 'stack-line-by-line',
    trap: 'A stack written past the console is one event a line, and only the first has the id.',
    rejectedBy: 'handler/lines-carry-request-id',
    edits: [
      inHandler(
        logError,
        'process.stderr.write(`ERROR ${error instanceof Error ? error.stack : error}\\n`);',
      ),
    ],
  },
  {
    name: 'refusal-logged-as-error',
    trap: 'A client’s mistake is logged as an error: the alarm goes off all day, and is switched off.',
    rejectedBy: 'handler/log-tells-whose-fault',
    edits: [inHandler(warn, warn.replace('warn', 'error'))],
  },
  {
    name: 'refusal-not-logged',
    trap: 'A client release that breaks every order shows nowhere.',
    rejectedBy: 'handler/log-tells-whose-fault',
    edits: [inHandler(warn, '')],
  },
  {
    name: 'failure-not-logged',
    trap: 'The cause is hidden from the client, and from you.',
    rejectedBy: 'handler/log-tells-whose-fault',
    edits: [inHandler(logError, '')],
  },
  {
    name: 'failure-without-stack',
    trap: 'Only the message is logged: it says what DynamoDB said, not where the code was.',
    rejectedBy: 'handler/log-tells-whose-fault',
    edits: [inHandler(logError, "console.error('order not stored:', String(error));")],
  },
  {
    name: 'error-as-empty-object',
    trap: 'JSON.stringify(new Error()) is {}.',
    rejectedBy: 'handler/log-tells-whose-fault',
    edits: [inHandler(logError, "console.error(JSON.stringify({ message: 'order not stored', error }));")],
  },
  {
    name: 'failure-logged-as-info',
    trap: 'console.log has the level INFO: no filter and no alarm for errors sees it.',
    rejectedBy: 'handler/log-tells-whose-fault',
    edits: [inHandler(logError, logError.replace('error(', 'log('))],
  },
  {
    name: 'refusal-logged-twice',
    trap: 'A client’s mistake is a warning, and an error as well: the alarm counts the second line.',
    rejectedBy: 'handler/log-tells-whose-fault',
    edits: [inHandler(warn, `${warn}\n      console.error('order refused');`)],
  },
];

const stack: readonly Mutant[] = [
  {
    name: 'provisioned-table',
    trap: 'Five reads and five writes a second are paid for, day and night, and are all there is.',
    rejectedBy: 'stack/table-as-agreed',
    edits: [inStack('BillingMode.PAY_PER_REQUEST', 'BillingMode.PROVISIONED')],
  },
  {
    name: 'table-stays',
    trap: 'The table outlives the stack, and so does its cost.',
    rejectedBy: 'stack/table-as-agreed',
    edits: [
      inStack(
        '      removalPolicy: RemovalPolicy.DESTROY,\n    });\n\n    const receiver',
        '    });\n\n    const receiver',
      ),
    ],
  },
  {
    name: 'sort-key',
    trap: 'With a sort key the same orderId can be there many times.',
    rejectedBy: 'stack/table-as-agreed',
    edits: [
      inStack(
        "partitionKey: { name: 'orderId', type: AttributeType.STRING },",
        "partitionKey: { name: 'orderId', type: AttributeType.STRING },\n      sortKey: { name: 'customerId', type: AttributeType.STRING },",
      ),
    ],
  },
  {
    name: 'no-right-to-write',
    trap: 'The function has no permission for its table: every order is a 500.',
    rejectedBy: 'stack/function-knows-its-table',
    edits: [
      inStack(
        "    table.grant(receiver, 'dynamodb:PutItem');\n",
        "    table.grant(receiver, 'dynamodb:GetItem');\n",
      ),
    ],
  },
  {
    name: 'table-name-of-somebody',
    trap: 'The name is written out instead of taken from the table: it is right in one account only.',
    rejectedBy: 'stack/function-knows-its-table',
    edits: [inStack('TABLE_NAME: table.tableName', "TABLE_NAME: 'orders'")],
  },
  {
    name: 'old-runtime',
    trap: 'Node.js 20 is no longer patched.',
    rejectedBy: 'stack/runtime-is-supported',
    edits: [inStack('Runtime.NODEJS_24_X', 'Runtime.NODEJS_20_X')],
  },
  {
    name: 'fixed-table-name',
    trap: 'A second stack in the account fails: the name is taken.',
    rejectedBy: 'stack/two-stacks-fit',
    edits: [
      inStack(
        "    const table = new Table(this, 'Orders', {",
        "    const table = new Table(this, 'Orders', {\n      tableName: 'orders',",
      ),
    ],
  },
  {
    name: 'key-is-a-number',
    trap: 'The key has the right name and the wrong type: DynamoDB refuses every order.',
    rejectedBy: 'stack/table-as-agreed',
    edits: [inStack('type: AttributeType.STRING', 'type: AttributeType.NUMBER')],
  },
  {
    name: 'table-cannot-be-deleted',
    trap: 'Deletion protection outweighs the removal policy: the stack cannot be deleted.',
    rejectedBy: 'stack/table-as-agreed',
    edits: [
      inStack(
        '      removalPolicy: RemovalPolicy.DESTROY,\n    });\n\n    const receiver',
        '      removalPolicy: RemovalPolicy.DESTROY,\n      deletionProtection: true,\n    });\n\n    const receiver',
      ),
    ],
  },
];

export const mutants: readonly Mutant[] = [...environment, ...answers, ...orders, ...logs, ...stack];
