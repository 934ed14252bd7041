import { ApiGatewayV2Client, CreateApiCommand, DeleteApiCommand } from '@aws-sdk/client-apigatewayv2';
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { strToU8, zipSync } from 'fflate';

// Region, credentials and AWS_ENDPOINT_URL come from the environment: this file runs against AWS, too.
const iam = new IAMClient();
const lambda = new LambdaClient();
const gateway = new ApiGatewayV2Client();
const name = `what-arrives-${process.pid}`;

// region function
const code = `
export async function handler({ rawPath, body, isBase64Encoded, cookies, headers }) {
  // No statusCode: the answer is the body of a 200.
  return { rawPath, body, isBase64Encoded, cookies, inHeaders: headers.cookie };
}`;
// endregion

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const { Role } = await iam.send(
  new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
);
const create = new CreateFunctionCommand({
  FunctionName: name,
  Runtime: 'nodejs22.x',
  Handler: 'index.handler',
  Role: Role?.Arn,
  Code: { ZipFile: zipSync({ 'index.mjs': strToU8(code) }) },
});
// On AWS it takes some seconds until Lambda may use a new role.
async function createFunction(attempt = 1): Promise<string | undefined> {
  try {
    return (await lambda.send(create)).FunctionArn;
  } catch (error) {
    if (attempt === 10) throw error;
    await new Promise((resolve) => setTimeout(resolve, 2000));
    return createFunction(attempt + 1);
  }
}
const functionArn = await createFunction();
await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60 }, { FunctionName: name });

// A route, an integration with payload 2.0 and a stage $default, in one call.
const api = await gateway.send(
  new CreateApiCommand({
    Name: name,
    ProtocolType: 'HTTP',
    RouteKey: 'ANY /api/{proxy+}',
    Target: functionArn,
  }),
);
const { Account } = await new STSClient().send(new GetCallerIdentityCommand({}));
await lambda.send(
  new AddPermissionCommand({
    FunctionName: name,
    StatementId: 'this-api',
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: `arn:aws:execute-api:${await lambda.config.region()}:${Account}:${api.ApiId}/*/*/api/{proxy+}`,
  }),
);

async function show(path: string, request?: RequestInit): Promise<void> {
  const response = await fetch(`${api.ApiEndpoint}${path}`, request);
  console.log(`${request?.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`);
}

// region requests
await show('/api/orders/a%2Db');
await show('/api/orders/a%252Db');
await show('/api/orders', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
await show('/api/orders', { method: 'POST', headers: { 'content-type': 'image/png' }, body: '{}' });
await show('/api/orders', { headers: { cookie: 'customer=anna; theme=dark' } });
await show('/orders');
// endregion

await gateway.send(new DeleteApiCommand({ ApiId: api.ApiId }));
await lambda.send(new DeleteFunctionCommand({ FunctionName: name }));
await iam.send(new DeleteRoleCommand({ RoleName: name }));
