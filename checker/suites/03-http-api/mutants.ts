import type { Edit, Mutant } from '../../authoring/mutant.ts';

/** Why the starter fails each check: its own mistake there, not another's. */
export const starterReasons: Readonly<Record<string, RegExp>> = {
  'handler/created-order-is-201': /POST of the valid order plain was answered 200/,
  'handler/base64-body-is-decoded': /isBase64Encoded: true was answered 400/,
  'handler/invalid-orders-are-refused': /they were accepted: orderId of 65 characters/,
  'handler/taken-id-is-a-conflict': /the first order is gone/,
  'handler/unknown-order-is-404': /was answered 200 \(no body\); it should be 404/,
  'handler/wrong-method-is-405': /DELETE \/api\/orders was answered 400 .*Unsupported route/,
  'handler/unknown-path-is-404': /GET \/api\/customers\/elsewhere was answered 200/,
  'handler/cause-stays-inside': /was answered 400 .*has no right on orders-eu/,
  'stack/cors-as-agreed': /no CORS configuration/,
  'stack/permission-names-this-api': /it has no SourceArn/,
  'stack/url-without-slash': /with a slash at the end/,
  'live/shop-may-call': /access-control-allow-origin \*/,
  'live/others-may-not': /access-control-allow-origin \*/,
  'live/created-order-can-be-read': /A valid order was answered 200/,
  'live/one-of-five-wins': /5 were told that it is theirs/,
  'live/errors-over-http': /GET \/api\/orders\/live-nobody was answered 200/,
  'live/ids-are-decoded-once': /live%252Donce was answered 200/,
  'live/orders-of-a-customer': /The list with limit=60 was answered \(no body\)/,
  'live/customer-cookie': /was answered 200/,
};

// Pieces of the solution that several mutants replace.

const condition = `        // The table decides, in one step: of two requests at the same time, one wins.
        ConditionExpression: 'attribute_not_exists(orderId)',
`;
const cookie =
  'cookies: [`customer=${encodeURIComponent(order.customerId)}; Path=/api; HttpOnly; Secure; SameSite=Lax`],';
const location = 'headers: { ...jsonHeaders, location: `/api/orders/${order.orderId}` },';
const idFromPath = 'const id = /^\\/api\\/orders\\/([^/]+)$/.exec(event.rawPath)?.[1];';
const routes = `    api.addRoutes({
      path: '/api/{proxy+}',
      methods: [HttpMethod.ANY],
      // Payload 2.0, and a permission for this route of this API.
      integration: new HttpLambdaIntegration('Orders', orders),
    });
`;
const integration = "new HttpLambdaIntegration('Orders', orders)";
const origins = "allowOrigins: ['https://shop.example.com'],";
const cors = `      corsPreflight: {
        ${origins}
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
        allowHeaders: ['Content-Type', 'Authorization'],
        maxAge: Duration.hours(1),
      },
`;
const grant = "table.grant(orders, 'dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:Query');";
const apiUrl = 'value: api.apiEndpoint';
const table = "const table = new Table(this, 'Orders', {";

const inHandler = (replace: string, by: string): Edit => ({ file: 'handler.ts', replace, by });
const inOrder = (replace: string, by: string): Edit => ({ file: 'order.ts', replace, by });
const inStack = (replace: string, by: string): Edit => ({ file: 'stack.ts', replace, by });

const events: readonly Mutant[] = [
  {
    name: 'base64-ignored',
    trap: 'A body that API Gateway took for binary is parsed as it came: valid orders are refused.',
    rejectedBy: 'handler/base64-body-is-decoded',
    edits: [
      inHandler(
        "return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;",
        'void isBase64Encoded;\n  return body;',
      ),
    ],
  },
  {
    name: 'base64-as-latin1',
    trap: 'The decoded bytes are read one by one: every letter beyond ASCII becomes two wrong ones.',
    rejectedBy: 'handler/base64-body-is-decoded',
    edits: [inHandler("Buffer.from(body, 'base64').toString('utf8')", 'atob(body)')],
  },
  {
    name: 'event-of-payload-1',
    trap: 'The handler looks for method and path where payload 1.0 has them: in 2.0 both are undefined.',
    rejectedBy: 'handler/order-is-found',
    edits: [
      inHandler(
        '    return await route(event);',
        `    const { httpMethod: method, path } = event as unknown as { httpMethod: string; path: string };
    const http = { ...event.requestContext.http, method };
    return await route({ ...event, rawPath: path, requestContext: { ...event.requestContext, http } });`,
      ),
    ],
  },
  {
    name: 'payload-1-from-the-integration',
    trap: 'The integration sends events of format 1.0 to a handler that reads 2.0.',
    rejectedBy: 'stack/payload-2',
    edits: [
      inStack(
        integration,
        "new HttpLambdaIntegration('Orders', orders, { payloadFormatVersion: PayloadFormatVersion.VERSION_1_0 })",
      ),
      inStack('HttpApi, HttpMethod }', 'HttpApi, HttpMethod, PayloadFormatVersion }'),
    ],
  },
];

const answers: readonly Mutant[] = [
  {
    name: 'created-is-200',
    trap: 'A client cannot tell a new order from one that was there.',
    rejectedBy: 'handler/created-order-is-201',
    edits: [inHandler('...json(201, order),', '...json(200, order),')],
  },
  {
    name: 'no-location',
    trap: 'A client has to put the address of the new order together by itself.',
    rejectedBy: 'handler/created-order-is-201',
    edits: [inHandler(location, 'headers: jsonHeaders,')],
  },
  {
    name: 'location-without-api',
    trap: 'The location leads to a path that the API does not have.',
    rejectedBy: 'live/created-order-can-be-read',
    edits: [inHandler('location: `/api/orders/', 'location: `/orders/')],
  },
  {
    name: 'no-content-type',
    trap: 'An answer with a statusCode and without a content type goes out as text/plain.',
    rejectedBy: 'handler/created-order-is-201',
    edits: [
      inHandler("const jsonHeaders = { 'content-type': 'application/json' };", 'const jsonHeaders = {};'),
    ],
  },
  {
    name: 'errors-without-content-type',
    trap: 'Only the answers that went well say that they are JSON.',
    rejectedBy: 'handler/unknown-order-is-404',
    edits: [
      inHandler(
        '  return json(statusCode, { error });',
        '  return { statusCode, body: JSON.stringify({ error }) };',
      ),
    ],
  },
  {
    name: 'error-in-a-message',
    trap: 'The errors have another shape than the one that clients were promised.',
    rejectedBy: 'handler/unknown-order-is-404',
    edits: [inHandler('json(statusCode, { error });', 'json(statusCode, { message: error });')],
  },
  {
    name: 'body-is-an-object',
    trap: 'The body is an object instead of a text: API Gateway answers 500.',
    rejectedBy: 'handler/order-is-found',
    edits: [
      inHandler(
        'headers: jsonHeaders, body: JSON.stringify(body) };',
        'headers: jsonHeaders, body: body as unknown as string };',
      ),
    ],
  },
  {
    name: 'missing-is-200',
    trap: 'An order that does not exist is a 200 without a body.',
    rejectedBy: 'handler/unknown-order-is-404',
    edits: [
      inHandler(
        "return Item ? json(200, Item) : problem(404, 'there is no such order');",
        'return json(200, Item as object);',
      ),
    ],
  },
  {
    name: 'missing-is-500',
    trap: 'An order that does not exist is taken for a failure of the server.',
    rejectedBy: 'handler/unknown-order-is-404',
    edits: [
      inHandler(
        "return Item ? json(200, Item) : problem(404, 'there is no such order');",
        "if (!Item) throw new Error('no such order');\n  return json(200, Item);",
      ),
    ],
  },
  {
    name: 'client-sets-the-total',
    trap: 'The client decides what it owes.',
    rejectedBy: 'handler/created-order-is-201',
    edits: [
      inOrder(
        'const { orderId, customerId, items } = objectAt',
        'const { orderId, customerId, items, totalCents: asked } = objectAt',
      ),
      inOrder(
        'return { ...order, totalCents };',
        "return { ...order, totalCents: typeof asked === 'number' ? asked : totalCents };",
      ),
    ],
  },
  {
    name: 'numbers-as-text',
    trap: 'Numbers are stored as text: no query compares them as numbers any more.',
    rejectedBy: 'handler/created-order-is-201',
    edits: [
      inHandler('        Item: order,', '        Item: { ...order, totalCents: String(order.totalCents) },'),
    ],
  },
  {
    name: 'cause-in-the-answer',
    trap: 'The 500 tells the client names of roles and tables.',
    rejectedBy: 'handler/cause-stays-inside',
    edits: [inHandler("return problem(500, 'Internal error');", 'return problem(500, String(error));')],
  },
  {
    name: 'failure-is-400',
    trap: 'The client is told to change a request that was right.',
    rejectedBy: 'handler/cause-stays-inside',
    edits: [inHandler("return problem(500, 'Internal error');", "return problem(400, 'Internal error');")],
  },
  {
    name: 'failure-is-thrown',
    trap: 'The handler throws: API Gateway answers in its own words, and the function counts an error.',
    rejectedBy: 'handler/cause-stays-inside',
    edits: [inHandler("    return problem(500, 'Internal error');\n", '    throw error;\n')],
  },
  {
    name: 'told-apart-by-name',
    trap: 'DynamoDB has a ValidationException, too: its text goes out as a 400.',
    rejectedBy: 'handler/cause-stays-inside',
    edits: [
      inHandler(
        'if (error instanceof InvalidRequestError) return',
        "if (error instanceof InvalidRequestError || (error instanceof Error && error.name.startsWith('Validation'))) return",
      ),
    ],
  },
  {
    name: 'no-json-is-500',
    trap: 'A body that is not JSON counts as a failure of the server.',
    rejectedBy: 'handler/invalid-orders-are-refused',
    edits: [
      inOrder(
        "throw new InvalidRequestError('the body must be JSON');",
        "throw new Error('the body must be JSON');",
      ),
    ],
  },
  {
    name: 'quantity-is-coerced',
    trap: 'A quantity of "2" is accepted, and stored as the text that it is.',
    rejectedBy: 'handler/invalid-orders-are-refused',
    edits: [
      inOrder(
        "if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;",
        'const number = Number(value);\n  if (Number.isInteger(number) && number >= least && number <= most) return number;',
      ),
    ],
  },
  {
    name: 'id-is-not-checked',
    trap: 'An order gets an id that no path can name.',
    rejectedBy: 'handler/invalid-orders-are-refused',
    edits: [inOrder("textAt(orderId, 'orderId', orderIdPattern,", "textAt(orderId, 'orderId', /^.+$/s,")],
  },
];

const conflicts: readonly Mutant[] = [
  {
    name: 'overwrites',
    trap: 'A second order with the same id replaces the first one.',
    rejectedBy: 'handler/taken-id-is-a-conflict',
    edits: [inHandler(condition, '')],
  },
  {
    name: 'conflict-is-500',
    trap: 'The refused write is an error like any other: the client tries again, in vain.',
    rejectedBy: 'handler/taken-id-is-a-conflict',
    edits: [
      inHandler(
        'if (error instanceof ConditionalCheckFailedException) {',
        'if (error instanceof ConditionalCheckFailedException && !order) {',
      ),
    ],
  },
  {
    name: 'conflict-is-400',
    trap: 'The client looks for a mistake in a request that has none.',
    rejectedBy: 'handler/taken-id-is-a-conflict',
    edits: [inHandler('return problem(409,', 'return problem(400,')],
  },
  {
    name: 'same-order-is-fine',
    trap: 'A repeat is answered as if it had created something.',
    rejectedBy: 'handler/taken-id-is-a-conflict',
    edits: [
      inHandler(
        "ConditionExpression: 'attribute_not_exists(orderId)',",
        "ConditionExpression: 'attribute_not_exists(orderId) OR customerId = :customerId',\n        ExpressionAttributeValues: { ':customerId': order.customerId },",
      ),
    ],
  },
  {
    name: 'looks-before-it-writes',
    trap: 'Between the read and the write another request writes: both are told that the id is theirs.',
    rejectedBy: 'live/one-of-five-wins',
    edits: [
      inHandler(
        '  try {\n    await orders.send(\n      new PutCommand({',
        `  const Key = { orderId: order.orderId };
  const { Item } = await orders.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }));
  if (Item) return problem(409, 'the id is taken');
  try {
    await orders.send(
      new PutCommand({`,
      ),
      inHandler(condition, ''),
    ],
  },
];

const paths: readonly Mutant[] = [
  {
    name: 'wrong-method-is-404',
    trap: 'The path exists. A client that reads 404 looks for a typing mistake in it.',
    rejectedBy: 'handler/wrong-method-is-405',
    edits: [inHandler('return { ...problem(405,', 'return { ...problem(404,')],
  },
  {
    name: 'no-allow',
    trap: 'A 405 that does not say which methods there are.',
    rejectedBy: 'handler/wrong-method-is-405',
    edits: [inHandler('headers: { ...jsonHeaders, allow } };', 'headers: jsonHeaders };')],
  },
  {
    name: 'same-allow-everywhere',
    trap: 'The 405 lists methods of other paths, among them the one that was refused.',
    rejectedBy: 'handler/wrong-method-is-405',
    edits: [inHandler("  return notAllowed('GET');", "  return notAllowed('GET, POST');")],
  },
  {
    name: 'every-other-method-reads',
    trap: 'A DELETE is answered with the order, 200: the client takes it for deleted.',
    rejectedBy: 'handler/wrong-method-is-405',
    edits: [
      inHandler(
        "  if (method === 'GET') return getOrder(id);\n  return notAllowed('GET');",
        '  return getOrder(id);',
      ),
    ],
  },
  {
    name: 'unknown-path-is-400',
    trap: 'What does not exist is called a wrong request.',
    rejectedBy: 'handler/unknown-path-is-404',
    edits: [
      inHandler(
        "return problem(404, 'there is nothing at this path');",
        "return problem(400, 'there is nothing at this path');",
      ),
    ],
  },
  {
    name: 'last-part-is-the-id',
    trap: 'Any path whose last part is an id answers the order.',
    rejectedBy: 'handler/unknown-path-is-404',
    edits: [inHandler(idFromPath, "const id = event.rawPath.split('/').at(-1);")],
  },
  {
    name: 'path-begins-anywhere',
    trap: 'The pattern has no beginning: /api/v2/api/orders/a is an order, too.',
    rejectedBy: 'handler/unknown-path-is-404',
    edits: [inHandler(idFromPath, 'const id = /\\/api\\/orders\\/([^/]+)$/.exec(event.rawPath)?.[1];')],
  },
  {
    name: 'path-has-no-end',
    trap: 'What follows the id is ignored: /api/orders/a/items answers the order.',
    rejectedBy: 'handler/unknown-path-is-404',
    edits: [inHandler(idFromPath, 'const id = /^\\/api\\/orders\\/([^/]+)/.exec(event.rawPath)?.[1];')],
  },
  {
    name: 'empty-id-asked-for',
    trap: 'GET /api/orders/ asks the table for the id "", which DynamoDB refuses: a wrong path is a 500.',
    rejectedBy: 'handler/unknown-path-is-404',
    edits: [
      inHandler(idFromPath, 'const id = /^\\/api\\/orders\\/([^/]*)$/.exec(event.rawPath)?.[1];'),
      inHandler('isOrderId(orderId)\n    ?', 'orderId !== undefined\n    ?'),
    ],
  },
  {
    name: 'method-before-path',
    trap: 'A POST is an order, wherever it was sent.',
    rejectedBy: 'handler/unknown-path-is-404',
    edits: [
      inHandler(
        "  if (event.rawPath === '/api/orders') {",
        "  if (method === 'POST') return createOrder(event);\n  if (event.rawPath === '/api/orders') {",
      ),
    ],
  },
  {
    name: 'options-are-fine',
    trap: 'The function still answers OPTIONS, with headers that the API drops.',
    rejectedBy: 'live/errors-over-http',
    edits: [
      inHandler(
        '  // API Gateway has decoded the path.',
        "  if (method === 'OPTIONS') return { statusCode: 204, headers: { 'access-control-allow-origin': '*' } };\n  // API Gateway has decoded the path.",
      ),
    ],
  },
  {
    name: 'decoded-twice',
    trap: 'API Gateway has decoded the path already: an id becomes another one, and a lone percent sign throws.',
    rejectedBy: 'live/ids-are-decoded-once',
    edits: [inHandler('return getOrder(id);', 'return getOrder(decodeURIComponent(id));')],
  },
  {
    name: 'decoded-until-it-fails',
    trap: 'An id that is encoded twice finds the order of another id.',
    rejectedBy: 'live/ids-are-decoded-once',
    edits: [
      inHandler(
        'return getOrder(id);',
        `{
    try {
      return await getOrder(decodeURIComponent(id));
    } catch {
      return getOrder(id);
    }
  }`,
      ),
    ],
  },
];

const settings: readonly Mutant[] = [
  {
    name: 'two-routes',
    trap: 'A route $default sends every request of the internet to the function, and to the bill.',
    rejectedBy: 'stack/one-route',
    edits: [
      inStack(
        "const api = new HttpApi(this, 'Api', {",
        `const api = new HttpApi(this, 'Api', {
      defaultIntegration: new HttpLambdaIntegration('Everything', orders),`,
      ),
    ],
  },
  {
    name: 'everything-reaches-the-function',
    trap: 'The path is not limited to /api: the function answers for all that it does not know.',
    rejectedBy: 'live/rest-is-the-gateways',
    edits: [inStack("path: '/api/{proxy+}',", "path: '/{proxy+}',")],
  },
  {
    name: 'a-route-for-each-method',
    trap: 'What no route takes is answered by the gateway: 404 where 405 was promised.',
    rejectedBy: 'live/errors-over-http',
    edits: [inStack('methods: [HttpMethod.ANY],', 'methods: [HttpMethod.GET, HttpMethod.POST],')],
  },
  {
    name: 'no-stage',
    trap: 'An API without a stage exists and cannot be called.',
    rejectedBy: 'stack/default-stage-deploys-itself',
    edits: [
      inStack(
        "const api = new HttpApi(this, 'Api', {",
        "const api = new HttpApi(this, 'Api', {\n      createDefaultStage: false,",
      ),
    ],
  },
  {
    name: 'named-stage',
    trap: 'A stage with a name becomes part of every path: the function finds none that it knows.',
    rejectedBy: 'stack/default-stage-deploys-itself',
    edits: [
      inStack(
        "const api = new HttpApi(this, 'Api', {",
        "const api = new HttpApi(this, 'Api', {\n      createDefaultStage: false,",
      ),
      inStack(
        routes,
        `${routes}    new HttpStage(this, 'Prod', { httpApi: api, stageName: 'prod', autoDeploy: true });\n`,
      ),
      inStack('HttpApi, HttpMethod }', 'HttpApi, HttpMethod, HttpStage }'),
    ],
  },
  {
    name: 'stage-without-auto-deploy',
    trap: 'The stage goes on serving what was deployed last, whatever you change.',
    rejectedBy: 'stack/default-stage-deploys-itself',
    edits: [
      inStack(
        "const api = new HttpApi(this, 'Api', {",
        "const api = new HttpApi(this, 'Api', {\n      createDefaultStage: false,",
      ),
      inStack(
        routes,
        `${routes}    new HttpStage(this, 'Stage', { httpApi: api, stageName: '$default' });\n`,
      ),
      inStack('HttpApi, HttpMethod }', 'HttpApi, HttpMethod, HttpStage }'),
    ],
  },
  {
    name: 'cors-for-everybody',
    trap: 'Every page on the internet may read the answers.',
    rejectedBy: 'live/others-may-not',
    edits: [inStack(origins, "allowOrigins: ['*'],")],
  },
  {
    name: 'cors-for-all-of-https',
    trap: 'https://* looks like a rule for one domain and allows them all.',
    rejectedBy: 'live/others-may-not',
    edits: [inStack(origins, "allowOrigins: ['https://*'],")],
  },
  {
    name: 'cors-with-credentials',
    trap: 'The shop’s pages may send cookies along, which nobody has asked for.',
    rejectedBy: 'stack/cors-as-agreed',
    edits: [inStack(origins, `${origins}\n        allowCredentials: true,`)],
  },
  {
    name: 'cors-without-a-method',
    trap: 'The shop cannot delete: its browser asks, and the API does not name the method.',
    rejectedBy: 'live/shop-may-call',
    edits: [inStack(', CorsHttpMethod.PUT, CorsHttpMethod.DELETE]', ', CorsHttpMethod.PUT]')],
  },
  {
    name: 'cors-without-a-header',
    trap: 'JSON needs the header content-type, and the preflight does not allow it.',
    rejectedBy: 'live/shop-may-call',
    edits: [inStack("allowHeaders: ['Content-Type', 'Authorization'],", "allowHeaders: ['Authorization'],")],
  },
  {
    name: 'cors-for-a-minute',
    trap: 'Browsers ask again before nearly every request.',
    rejectedBy: 'stack/cors-as-agreed',
    edits: [inStack('maxAge: Duration.hours(1),', 'maxAge: Duration.minutes(1),')],
  },
  {
    name: 'cors-in-the-handler',
    trap: 'Without a CORS configuration preflight requests end in the function, which knows no OPTIONS.',
    rejectedBy: 'live/shop-may-call',
    edits: [
      inStack(cors, ''),
      inStack('CorsHttpMethod, HttpApi', 'HttpApi'),
      inHandler(
        "const jsonHeaders = { 'content-type': 'application/json' };",
        "const jsonHeaders = {\n  'content-type': 'application/json',\n  'access-control-allow-origin': 'https://shop.example.com',\n};",
      ),
    ],
  },
  {
    name: 'permission-for-any-api',
    trap: 'A permission without a source: any API of any account may call the function.',
    rejectedBy: 'stack/permission-names-this-api',
    edits: [
      inStack(routes, `${routes}    orders.grantInvoke(new ServicePrincipal('apigateway.amazonaws.com'));\n`),
      inStack(
        "import { Runtime } from 'aws-cdk-lib/aws-lambda';",
        "import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';\nimport { Runtime } from 'aws-cdk-lib/aws-lambda';",
      ),
    ],
  },
  {
    name: 'permission-for-this-account',
    trap: 'Every API of the account may call the function.',
    rejectedBy: 'stack/permission-names-this-api',
    edits: [
      inStack(
        routes,
        `${routes}    orders.addPermission('Gateway', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: this.formatArn({ service: 'execute-api', resource: '*' }),
    });
`,
      ),
      inStack(
        "import { Runtime } from 'aws-cdk-lib/aws-lambda';",
        "import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';\nimport { Runtime } from 'aws-cdk-lib/aws-lambda';",
      ),
    ],
  },
  {
    name: 'no-permission',
    trap: 'Nobody has allowed the API to call the function: 500 for every request.',
    rejectedBy: 'stack/permission-names-this-api',
    edits: [
      inStack(
        routes,
        `    const integration = new CfnIntegration(this, 'Integration', {
      apiId: api.apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: orders.functionArn,
      payloadFormatVersion: '2.0',
    });
    new CfnRoute(this, 'Route', {
      apiId: api.apiId,
      routeKey: 'ANY /api/{proxy+}',
      target: \`integrations/\${integration.ref}\`,
    });
`,
      ),
      inStack('CorsHttpMethod, HttpApi, HttpMethod }', 'CfnIntegration, CfnRoute, CorsHttpMethod, HttpApi }'),
      inStack("import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';\n", ''),
    ],
  },
  {
    name: 'url-with-a-slash',
    trap: 'ApiUrl + "/api/orders" is //api/orders, which the API does not have.',
    rejectedBy: 'stack/url-without-slash',
    edits: [inStack(apiUrl, "value: api.url ?? ''")],
  },
  {
    name: 'no-right-to-write',
    trap: 'The function may read its table and not write to it: every POST is a 500.',
    rejectedBy: 'stack/function-knows-its-table',
    edits: [inStack(grant, "table.grant(orders, 'dynamodb:GetItem', 'dynamodb:Query');")],
  },
  {
    name: 'another-table-in-the-output',
    trap: 'The output names a table that the function does not use.',
    rejectedBy: 'stack/function-knows-its-table',
    edits: [
      inStack(
        '{ value: table.tableName });',
        `{
      value: new Table(this, 'Other', {
        partitionKey: { name: 'orderId', type: AttributeType.STRING },
        billingMode: BillingMode.PAY_PER_REQUEST,
        removalPolicy: RemovalPolicy.DESTROY,
      }).tableName,
    });`,
      ),
    ],
  },
  {
    name: 'table-stays-behind',
    trap: 'The table, and its cost, outlive the stack.',
    rejectedBy: 'stack/table-as-agreed',
    edits: [
      inStack(
        '      billingMode: BillingMode.PAY_PER_REQUEST,\n      removalPolicy: RemovalPolicy.DESTROY,\n',
        '      billingMode: BillingMode.PAY_PER_REQUEST,\n',
      ),
    ],
  },
  {
    name: 'fixed-table-name',
    trap: 'A second stack in the account wants the same table.',
    rejectedBy: 'stack/two-stacks-fit',
    edits: [inStack(table, `${table}\n      tableName: 'orders',`)],
  },
];

const deployed: readonly Mutant[] = [
  {
    name: 'keeps-the-raw-request',
    trap: 'The body is kept as it came, before anybody has looked at it: 400 KB are the most that an item takes.',
    rejectedBy: 'live/big-body-is-refused',
    edits: [
      inHandler(
        "  const order = { ...readOrder(bodyOf(event)), status: 'RECEIVED' };",
        `  const raw = { orderId: \`raw-\${event.requestContext.requestId}\`, body: bodyOf(event) };
  await orders.send(new PutCommand({ TableName: tableName, Item: raw }));
  const order = { ...readOrder(bodyOf(event)), status: 'RECEIVED' };`,
      ),
    ],
  },
  {
    name: 'too-big-by-its-own-rule',
    trap: 'A limit of its own, with a status that nobody has promised.',
    rejectedBy: 'live/big-body-is-refused',
    edits: [
      inHandler(
        "  const order = { ...readOrder(bodyOf(event)), status: 'RECEIVED' };",
        `  if (bodyOf(event).length > 500_000) return problem(413, 'too big');
  const order = { ...readOrder(bodyOf(event)), status: 'RECEIVED' };`,
      ),
    ],
  },
  {
    name: 'one-environment-only',
    trap: 'One request at a time: the others are throttled and answered 503.',
    rejectedBy: 'live/twenty-clients-at-once',
    edits: [
      inStack(
        'timeout: Duration.seconds(10),',
        'timeout: Duration.seconds(10),\n      reservedConcurrentExecutions: 1,',
      ),
    ],
  },
  {
    name: 'keeps-the-last-order',
    trap: 'What is kept in the module is the answer to the next request, too.',
    rejectedBy: 'live/twenty-clients-at-once',
    edits: [
      inHandler(
        'async function getOrder(orderId: string): Promise<Answer> {',
        `let known: Record<string, unknown> | undefined;

async function getOrder(orderId: string): Promise<Answer> {
  if (known) return json(200, known);`,
      ),
      inHandler(
        '  return {\n    ...json(201, order),',
        '  known = order;\n  return {\n    ...json(201, order),',
      ),
    ],
  },
];

const lists: readonly Mutant[] = [
  {
    name: 'one-page-only',
    trap: 'A query ends after 1 MB: big orders make the list shorter than asked for, and nobody is told.',
    rejectedBy: 'live/orders-of-a-customer',
    edits: [inHandler('    if (found.length >= wanted) break;', '    break;')],
  },
  {
    name: 'limit-ignored',
    trap: 'The list grows with the customer, up to the 6 MB that Lambda takes for an answer, and then it is a 500.',
    rejectedBy: 'live/orders-of-a-customer',
    edits: [
      inHandler('    if (found.length >= wanted) break;\n', ''),
      inHandler('found.slice(0, wanted)', 'found'),
    ],
  },
  {
    name: 'any-limit',
    trap: 'A limit of 0 or of a thousand is taken as it comes.',
    rejectedBy: 'live/orders-of-a-customer',
    edits: [
      inOrder('if (/^[1-9]\\d?$|^100$/.test(text)) return', 'if (Number.isInteger(Number(text))) return'),
    ],
  },
  {
    name: 'scan-instead-of-an-index',
    trap: 'A scan reads the orders of everybody, costs accordingly, and knows no order of the ids.',
    rejectedBy: 'live/orders-of-a-customer',
    edits: [
      inHandler('paginateQuery }', 'paginateScan }'),
      inHandler('paginateQuery(', 'paginateScan('),
      inHandler("      IndexName: 'byCustomer',\n      KeyConditionExpression:", '      FilterExpression:'),
      inStack("'dynamodb:Query'", "'dynamodb:Scan'"),
    ],
  },
  {
    name: 'index-without-order',
    trap: 'An index without a sort key gives the orders in no order that anybody could use.',
    rejectedBy: 'live/orders-of-a-customer',
    edits: [inStack("      sortKey: { name: 'orderId', type: AttributeType.STRING },\n", '')],
  },
  {
    name: 'index-of-keys-only',
    trap: 'The index holds the keys alone: the list has orders without items.',
    rejectedBy: 'live/orders-of-a-customer',
    edits: [
      inStack(
        "      sortKey: { name: 'orderId', type: AttributeType.STRING },",
        "      sortKey: { name: 'orderId', type: AttributeType.STRING },\n      projectionType: ProjectionType.KEYS_ONLY,",
      ),
      inStack('BillingMode, Table }', 'BillingMode, ProjectionType, Table }'),
    ],
  },
  {
    name: 'no-right-to-query',
    trap: 'The rights end at the table; a query of the index is denied.',
    rejectedBy: 'live/orders-of-a-customer',
    edits: [inStack(grant, "table.grant(orders, 'dynamodb:PutItem', 'dynamodb:GetItem');")],
  },
  {
    name: 'query-decoded-twice',
    trap: 'API Gateway has decoded the query string already: a percent sign in a name throws.',
    rejectedBy: 'live/orders-of-a-customer',
    edits: [
      inHandler('readCustomerId(customerId) },', "readCustomerId(decodeURIComponent(customerId ?? '')) },"),
    ],
  },
  {
    name: 'no-cookie',
    trap: 'Nobody remembers the customer.',
    rejectedBy: 'live/customer-cookie',
    edits: [inHandler(`    ${cookie}\n`, '')],
  },
  {
    name: 'cookie-as-it-is',
    trap: 'A name with a semicolon ends the cookie, and one with an umlaut makes API Gateway answer 500.',
    rejectedBy: 'live/customer-cookie',
    edits: [inHandler('encodeURIComponent(order.customerId)', 'order.customerId')],
  },
  {
    name: 'cookie-from-the-headers',
    trap: 'Payload 1.0 has a header cookie, 2.0 has not: the cookie is never found.',
    rejectedBy: 'live/customer-cookie',
    edits: [
      inHandler('  cookies = [],\n', '  headers,\n'),
      inHandler('customerIn(cookies)', "customerIn((headers.cookie ?? '').split('; '))"),
    ],
  },
  {
    name: 'cookie-before-query',
    trap: 'Whoever has the cookie cannot ask for another customer.',
    rejectedBy: 'live/customer-cookie',
    edits: [
      inHandler(
        "  const { customerId = customerIn(cookies), limit = '50' } = queryStringParameters;",
        "  const { limit = '50' } = queryStringParameters;\n  const customerId = customerIn(cookies) ?? queryStringParameters.customerId;",
      ),
    ],
  },
  {
    name: 'first-cookie-with-the-letters',
    trap: 'The first cookie that has the name somewhere in it is taken for it.',
    rejectedBy: 'live/customer-cookie',
    edits: [
      inHandler(
        "cookies.find((cookie) => cookie.startsWith('customer='))",
        "cookies.find((cookie) => cookie.includes('customer='))",
      ),
    ],
  },
];

/** Wrong solutions of this lab, each made for one check. */
export const mutants: readonly Mutant[] = [
  ...events,
  ...answers,
  ...conflicts,
  ...paths,
  ...settings,
  ...deployed,
  ...lists,
];
