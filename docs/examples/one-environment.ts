import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';

// Region, credentials and AWS_ENDPOINT_URL come from the environment: this file runs against AWS, too.
const iam = new IAMClient();
const lambda = new LambdaClient();
const name = `one-environment-${process.pid}`;

// region function
const code = `
let requests = 0; // once per environment
export async function handler() {
  requests += 1;
  return { requests, inThisEnvironment: process.env.VERSION };
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
  Environment: { Variables: { VERSION: 'first' } },
});
// On AWS it takes some seconds until Lambda may use a new role.
for (let attempt = 1; ; attempt += 1) {
  try {
    await lambda.send(create);
    break;
  } catch (error) {
    if (attempt === 10) throw error;
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}
const waiter = { client: lambda, maxWaitTime: 60 };
await waitUntilFunctionActiveV2(waiter, { FunctionName: name });

async function invoke(): Promise<void> {
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: name }));
  console.log(new TextDecoder().decode(Payload));
}

// region invoke
await invoke();
await invoke();
await invoke();
// A new configuration ends the environments that have the old one.
await lambda.send(
  new UpdateFunctionConfigurationCommand({
    FunctionName: name,
    Environment: { Variables: { VERSION: 'second' } },
  }),
);
await waitUntilFunctionUpdatedV2(waiter, { FunctionName: name });
await invoke();
// endregion

await lambda.send(new DeleteFunctionCommand({ FunctionName: name }));
await iam.send(new DeleteRoleCommand({ RoleName: name }));
