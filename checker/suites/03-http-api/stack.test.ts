import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { check, type Fixtures, httpApiOf } from '../../fixtures.ts';

type Template = Fixtures['template'];

const apiOf = (template: Template) => httpApiOf(template, 'ApiUrl');
const tableOf = (template: Template) =>
  template.named('TableName', 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable');

/** The function behind the API's one route. */
function functionOf(template: Template) {
  const { routes } = apiOf(template);
  const target = routes.find((route) => route.target)?.target;
  assert(target, 'No route of the API leads to a function of this stack.');
  return target;
}

/** The texts of a list in lower case and in order: neither case nor order matters to a browser's preflight. */
const setOf = (value: unknown) =>
  Array.isArray(value) ? value.map((text) => String(text).toLowerCase()).sort() : [];

check(
  'one-route',
  {
    title: 'the API has one route, ANY /api/{proxy+}, and it leads to the function',
    points: 0,
    hints: [
      'Which requests does your function want to see, and which can the gateway refuse without it?',
      'A greedy variable takes the rest of the path: {proxy+}. ANY takes every method.',
      "api.addRoutes({ path: '/api/{proxy+}', methods: [HttpMethod.ANY], integration: new HttpLambdaIntegration('Orders', orders) })",
    ],
    lesson: '#route',
    starter: 'passes',
  },
  ({ template }) => {
    const { routes } = apiOf(template);
    const keys = routes.map(({ key }) => key);
    assert(
      isDeepStrictEqual(keys, ['ANY /api/{proxy+}']),
      `The API has ${keys.length === 0 ? 'no route' : `the routes ${keys.join(', ')}`}; it should have exactly one, ANY /api/{proxy+}.`,
    );
    functionOf(template);
  },
);

check(
  'payload-2',
  {
    title: 'the function gets its events in payload format 2.0',
    points: 0,
    hints: [
      'Two shapes of event exist. Which one do your types describe?',
      'In 1.0 the method is event.httpMethod, in 2.0 event.requestContext.http.method. The integration chooses.',
      "HttpLambdaIntegration takes 2.0 by itself; in a CfnIntegration write payloadFormatVersion: '2.0'.",
    ],
    lesson: '#event',
    starter: 'passes',
  },
  ({ template }) => {
    for (const { key, integration } of apiOf(template).routes) {
      const version = integration && template.property(integration, 'PayloadFormatVersion');
      assert(
        String(version) === '2.0',
        `The integration of the route ${key} has the PayloadFormatVersion ${String(version ?? 'not set')}; it should be 2.0. In another format your function finds neither method nor path where it looks for them.`,
      );
    }
  },
);

check(
  'default-stage-deploys-itself',
  {
    title: 'the stage $default serves the API at its root and deploys every change',
    points: 0,
    hints: [
      'An API that nobody has deployed is a description. What serves it?',
      'The stage $default has no name in the URL. Without auto-deploy your next route waits for a deployment that nobody makes.',
      "HttpApi makes the stage by itself. With L1 constructs: new CfnStage(this, …, { apiId: api.ref, stageName: '$default', autoDeploy: true })",
    ],
    lesson: '#stage',
    starter: 'passes',
  },
  ({ template }) => {
    const { stages } = apiOf(template);
    const stage = stages.find(({ properties }) => properties.StageName === '$default');
    const others = stages.map(({ properties }) => String(properties.StageName)).join(', ');
    assert(
      stage,
      `The API has no stage $default (it has: ${others || 'none'}). Without a stage every request is answered 404 {"message":"Not Found"}.`,
    );
    assert(
      String(template.property(stage, 'AutoDeploy') ?? false) === 'true',
      'The stage $default does not deploy automatically: it goes on serving the routes that it has now, whatever you change.',
    );
  },
);

check(
  'cors-as-agreed',
  {
    title: 'the API answers browsers: one origin, four methods, two headers, an hour, no credentials',
    points: 1,
    hints: [
      'A browser asks before it sends JSON to another origin. Whom does it ask: your function, or the API?',
      'The API answers preflight requests when it has a CORS configuration, and ignores what the function says about it.',
      "new HttpApi(this, …, { corsPreflight: { allowOrigins: ['https://shop.example.com'], allowMethods: [CorsHttpMethod.GET, …], allowHeaders: ['Content-Type', 'Authorization'], maxAge: Duration.hours(1) } })",
    ],
    lesson: '#cors',
    starter: 'fails',
  },
  ({ template }) => {
    const { api } = apiOf(template);
    const cors = template.property(api, 'CorsConfiguration');
    assert(
      cors !== undefined,
      'The API has no CORS configuration: preflight requests run your function, and whatever it answers counts.',
    );
    const origins = template.property(api, 'CorsConfiguration.AllowOrigins');
    assert(
      isDeepStrictEqual(origins, ['https://shop.example.com']),
      `The API allows the origins ${JSON.stringify(origins ?? [])}; it should be exactly ["https://shop.example.com"], without a slash at the end.`,
    );
    for (const [name, wanted] of [
      ['AllowMethods', ['GET', 'POST', 'PUT', 'DELETE']],
      ['AllowHeaders', ['Content-Type', 'Authorization']],
    ] as const) {
      const actual = template.property(api, `CorsConfiguration.${name}`);
      assert(
        isDeepStrictEqual(setOf(actual), setOf(wanted)),
        `The CORS configuration has ${name} ${JSON.stringify(actual ?? [])}; it should be ${JSON.stringify(wanted)}.`,
      );
    }
    const maxAge = template.number(api, 'CorsConfiguration.MaxAge', 0);
    assert(
      maxAge === 3600,
      `Browsers may remember the answer for ${maxAge} s; MaxAge should be 3600. Without it a browser asks before nearly every request.`,
    );
    assert(
      String(template.property(api, 'CorsConfiguration.AllowCredentials') ?? false) === 'false',
      'The CORS configuration allows credentials. A page of the shop could then send its cookies along, which nobody has asked for.',
    );
  },
);

check(
  'permission-names-this-api',
  {
    title: 'this API may call the function, and no other API may',
    points: 1,
    hints: [
      'apigateway.amazonaws.com is a service with many customers. For which of their APIs does it call your function?',
      'A permission without a source lets every API of every account call the function, as soon as somebody knows its ARN.',
      'HttpLambdaIntegration writes a permission for its route: remove the grantInvoke. With L1 constructs: sourceArn: `arn:aws:execute-api:${region}:${account}:${api.ref}/*/*`.',
    ],
    lesson: '#permission',
    starter: 'fails',
  },
  ({ template }) => {
    const { api, callers, isSource } = apiOf(template);
    const sources = callers(functionOf(template));
    assert(
      sources.length > 0,
      'Nothing allows API Gateway to call the function: every request will be answered 500.',
    );
    for (const source of sources) {
      assert(
        source !== undefined,
        'A permission lets API Gateway call the function for any API, also of other accounts: it has no SourceArn.',
      );
      assert(
        isSource(source),
        `A permission has the SourceArn ${source}; it should name this API: arn:aws:execute-api:<region>:<account>:${api.ref}/… with what follows it.`,
      );
    }
  },
);

check(
  'url-without-slash',
  {
    title: 'ApiUrl ends without a slash, so that paths can be put behind it',
    points: 1,
    hints: [
      'What does a client get that asks for ApiUrl followed by /api/orders?',
      'To API Gateway //api/orders is another path than /api/orders.',
      'Output api.apiEndpoint: unlike api.url it has no slash at the end.',
    ],
    lesson: '#stage',
    starter: 'fails',
  },
  ({ template }) => {
    apiOf(template);
    const url = template.output('ApiUrl');
    assert(
      !url.endsWith('/'),
      `ApiUrl is ${url}, with a slash at the end: ApiUrl + "/api/orders" is then //api/orders, a path that the API does not have.`,
    );
    const { pathname } = new URL(url);
    assert(
      pathname === '/',
      `ApiUrl is ${url}; the stage $default has no name in the path, so it should end after the host.`,
    );
  },
);

check(
  'function-knows-its-table',
  {
    title: 'the function is told the name of its table, and may read and write it',
    points: 0,
    hints: [
      'Follow the name of the table: from the construct to the code that uses it.',
      'TABLE_NAME is an environment variable of the function, and its role needs the rights for what the code does.',
      "environment: { TABLE_NAME: table.tableName }, and table.grant(orders, 'dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:Query')",
    ],
    lesson: '#permission',
    starter: 'passes',
  },
  ({ template }) => {
    const [target, table] = [functionOf(template), tableOf(template)];
    const name = template.property(target, 'Environment.Variables.TABLE_NAME');
    assert(
      name === table.name || name === table.arn,
      `The function's TABLE_NAME is ${String(name ?? 'not set')}; it should be the name of the table of the output TableName.`,
    );
    const permissions = template.permissions(target);
    for (const [what, actions] of [
      ['write', ['dynamodb:PutItem', 'dynamodb:UpdateItem']],
      ['read', ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchGetItem']],
    ] as const) {
      assert(
        actions.some((action) => permissions.allows(action, table.arn)),
        `The function's role allows no ${what} on ${table.arn}: none of ${actions.join(', ')}.`,
      );
    }
  },
);

check(
  'table-as-agreed',
  {
    title: 'orders are kept by orderId in a table that is paid by request and goes with the stack',
    points: 0,
    hints: [
      'Other labs read this table too, so its shape is agreed.',
      'Partition key orderId (a string), no sort key, on-demand billing, removal policy DESTROY. An index may have other keys.',
      "new Table(this, …, { partitionKey: { name: 'orderId', type: AttributeType.STRING }, billingMode: BillingMode.PAY_PER_REQUEST, removalPolicy: RemovalPolicy.DESTROY })",
    ],
    lesson: '#contract',
    starter: 'passes',
  },
  ({ template }) => {
    const table = tableOf(template);
    const keys = template.property(table, 'KeySchema');
    assert(
      isDeepStrictEqual(keys, [{ AttributeName: 'orderId', KeyType: 'HASH' }]),
      `The orders table has the key ${JSON.stringify(keys)}; it should have the partition key orderId and no sort key.`,
    );
    assert(
      template.property(table, 'BillingMode') === 'PAY_PER_REQUEST',
      'The orders table is not on-demand: its BillingMode should be PAY_PER_REQUEST.',
    );
    assert(
      table.deletionPolicy === 'Delete',
      'The orders table stays behind when the stack is deleted: its removal policy should be DESTROY.',
    );
  },
);

check(
  'two-stacks-fit',
  {
    title: 'the stack fits twice in one account',
    points: 0,
    hints: [
      'What happens when your colleague deploys the same stack to the same account?',
      'A fixed name is taken once. CloudFormation makes up names that are free.',
      'Leave out tableName, functionName, roleName and logGroupName, and read the names from the outputs.',
    ],
    lesson: '#contract',
    starter: 'passes',
  },
  ({ template }) => {
    const fixed = template.fixedNames();
    assert(
      fixed.length === 0,
      `Two stacks would want the same name: ${fixed.map(({ id, name }) => `${id} is always called ${name}`).join('; ')}.`,
    );
  },
);
