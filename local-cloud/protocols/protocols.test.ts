import { request as httpRequest } from 'node:http';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DeleteFunctionCommand, InvokeCommand, LambdaClient, ListTagsCommand } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AwsError } from '../errors.ts';
import { createCredentialStore } from '../iam/credentials.ts';
import { type Listener, listenOnLoopback } from '../listen.ts';
import { createAccountServer } from '../server.ts';
import type { Call } from '../service.ts';
import { testCloud } from '../testing.ts';
import type { OperationTable } from './dispatch.ts';

/** An account whose operations note their input and answer what the test says. */
const seen: { input: unknown; call: Call }[] = [];
let answer: (input: object) => unknown = () => ({});
const operation = (input: object, call: Call) => {
  seen.push({ input, call });
  return answer(input);
};
const services: Record<string, OperationTable> = {
  sqs: { SendMessage: operation, GetQueueUrl: operation },
  dynamodb: { PutItem: operation, GetItem: operation },
  lambda: { Invoke: operation, DeleteFunction: operation, ListTags: operation },
  iam: { GetRole: operation },
  sts: { GetCallerIdentity: operation },
  cloudformation: { CreateStack: operation, DescribeStacks: operation },
};

let cloud: ReturnType<typeof testCloud>;
let listener: Listener;
let client: {
  endpoint: string;
  region: string;
  maxAttempts: number;
  credentials: { accessKeyId: string; secretAccessKey: string };
};

beforeEach(async () => {
  cloud = testCloud();
  const credentials = createCredentialStore(cloud);
  listener = await listenOnLoopback(() => createAccountServer({ cloud, credentials, services }), 0);
  client = {
    endpoint: listener.url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
});

afterEach(async () => {
  await listener.close();
  cloud[Symbol.dispose]();
  seen.length = 0;
  answer = () => ({});
});

const fails = (code: string, message: string, options?: ConstructorParameters<typeof AwsError>[2]) => {
  answer = () => {
    throw new AwsError(code, message, options);
  };
};

describe('AWS JSON', () => {
  test('carries binary members as bytes, both ways', async () => {
    answer = () => ({ Item: { photo: { B: new Uint8Array([4, 5]) } } });
    const dynamo = new DynamoDBClient(client);
    await dynamo.send(
      new PutItemCommand({ TableName: 't', Item: { photo: { B: new Uint8Array([1, 2, 3]) } } }),
    );
    const { Item } = await dynamo.send(new GetItemCommand({ TableName: 't', Key: {} }));
    expect(seen[0]?.input).toMatchObject({ TableName: 't', Item: { photo: { B: Buffer.from([1, 2, 3]) } } });
    expect(Item?.photo?.B).toEqual(new Uint8Array([4, 5]));
  });

  test('refuses nothing in place of an element', async () => {
    const dynamo = new DynamoDBClient(client);
    const put = dynamo.send(new PutItemCommand({ TableName: 't', Item: { list: { L: [null as never] } } }));
    await expect(put).rejects.toMatchObject({ name: 'ValidationException' });
    expect(seen).toEqual([]);
  });

  test("carries an error's code, message and members", async () => {
    fails('ConditionalCheckFailedException', 'The conditional request failed', {
      members: { Item: { id: { S: 'a' } } },
    });
    await expect(
      new DynamoDBClient(client).send(new PutItemCommand({ TableName: 't', Item: {} })),
    ).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: { id: { S: 'a' } },
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('carries binary members of an error as bytes', async () => {
    const Item = { photo: { B: new Uint8Array([7, 8]) } };
    fails('ConditionalCheckFailedException', 'The conditional request failed', { members: { Item } });
    await expect(
      new DynamoDBClient(client).send(new PutItemCommand({ TableName: 't', Item: {} })),
    ).rejects.toMatchObject({ Item });
  });

  test.each([
    ['ResourceNotFoundException', 'com.amazonaws.dynamodb.v20120810'],
    ['ValidationException', 'com.amazon.coral.validate'],
  ])('names the type of a %s of DynamoDB in full', async (name, namespace) => {
    fails(name, 'no');
    const response = await post(listener.url, '{"TableName":"t","Item":{}}', {
      'x-amz-target': 'DynamoDB_20120810.PutItem',
    });
    expect(await response.json()).toMatchObject({ __type: `${namespace}#${name}` });
  });

  test('carries an error that is not in the model', async () => {
    fails('ValidationException', 'One or more parameter values were invalid');
    await expect(
      new DynamoDBClient(client).send(new PutItemCommand({ TableName: 't', Item: {} })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'One or more parameter values were invalid',
    });
  });

  test("sends the query protocol's code along, where the service once spoke it", async () => {
    fails('QueueDoesNotExist', 'The specified queue does not exist.');
    await expect(
      new SQSClient(client).send(new GetQueueUrlCommand({ QueueName: 'q' })),
    ).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Error: { Code: 'AWS.SimpleQueueService.NonExistentQueue', Type: 'Sender' },
    });
  });

  test("sends the query protocol's code along also where it is the error's name", async () => {
    fails('InvalidAttributeName', 'Unknown Attribute Size.');
    await expect(
      new SQSClient(client).send(new GetQueueUrlCommand({ QueueName: 'q' })),
    ).rejects.toMatchObject({
      name: 'InvalidAttributeName',
      Error: { Code: 'InvalidAttributeName', Type: 'Sender' },
    });
  });

  test.each([
    ['a number for a string', '{"QueueUrl":1}', 'NUMBER_VALUE cannot be converted to String'],
    ['a fraction for a string', '{"QueueUrl":1.5}', 'DECIMAL_VALUE cannot be converted to String'],
    ['a list for a string', '{"QueueUrl":[]}', 'Unrecognized collection type class java.lang.String'],
    ['a map for a string', '{"QueueUrl":{}}', 'Start of structure or map found where not expected'],
    ['a string for a number', '{"DelaySeconds":"1"}', 'STRING_VALUE cannot be converted to Integer'],
    ['a string for a structure', '"hello"', 'Unexpected token received from parser'],
    ['a string for a map', '{"MessageAttributes":"a"}', 'Unexpected field type'],
    [
      'a string in a map of structures',
      '{"MessageAttributes":{"a":"b"}}',
      'Unexpected value type in payload',
    ],
    [
      'a number for bytes',
      '{"MessageAttributes":{"a":{"BinaryValue":1}}}',
      'only base-64-encoded strings are convertible to bytes',
    ],
    ['no JSON', '{', 'The request body is not valid JSON.'],
  ])('refuses %s as SerializationException', async (_what, body, message) => {
    const response = await post(listener.url, body, { 'x-amz-target': 'AmazonSQS.SendMessage' });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      __type: 'com.amazon.coral.service#SerializationException',
      message,
    });
  });

  test('takes a null member for an absent one and drops unknown members', async () => {
    await post(listener.url, '{"QueueUrl":null,"Nonsense":1,"MessageBody":"m"}', {
      'x-amz-target': 'AmazonSQS.SendMessage',
    });
    expect(seen[0]?.input).toEqual({ MessageBody: 'm' });
  });
});

describe('REST JSON', () => {
  test('reads path, query, headers and payload, and writes status, headers and payload', async () => {
    answer = () => ({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      ExecutedVersion: '3',
      Payload: Buffer.from('"ok"'),
    });
    const output = await new LambdaClient(client).send(
      new InvokeCommand({
        FunctionName: 'my fn',
        Qualifier: 'live',
        LogType: 'Tail',
        Payload: Buffer.from('{"a":1}'),
      }),
    );
    expect(seen[0]?.input).toMatchObject({ FunctionName: 'my fn', Qualifier: 'live', LogType: 'Tail' });
    expect(seen[0]?.input).toMatchObject({ Payload: Buffer.from('{"a":1}') });
    expect(output).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '3' });
    expect(Buffer.from(output.Payload ?? []).toString()).toBe('"ok"');
  });

  test('reads an ARN in a path label', async () => {
    answer = () => ({ Tags: { a: 'b' } });
    const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:f';
    const { Tags } = await new LambdaClient(client).send(new ListTagsCommand({ Resource }));
    expect(seen[0]?.input).toEqual({ Resource });
    expect(Tags).toEqual({ a: 'b' });
  });

  test('answers an operation without output with an empty body', async () => {
    await new LambdaClient(client).send(new DeleteFunctionCommand({ FunctionName: 'f' }));
    expect(seen[0]?.input).toEqual({ FunctionName: 'f' });
  });

  test("carries an error with the model's status and members", async () => {
    fails('TooManyRequestsException', 'Rate Exceeded.', {
      status: 429,
      members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    });
    await expect(
      new LambdaClient(client).send(new InvokeCommand({ FunctionName: 'f' })),
    ).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      Type: 'User',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      $metadata: { httpStatusCode: 429 },
    });
  });
});

describe('the query protocol', () => {
  test('reads lists of structures and writes XML that the client understands', async () => {
    answer = () => ({ StackId: 'arn:stack' });
    const { StackId } = await new CloudFormationClient(client).send(
      new CreateStackCommand({
        StackName: 's',
        TemplateBody: '{"a": "<&>"}',
        Parameters: [
          { ParameterKey: 'p', ParameterValue: 'v' },
          { ParameterKey: 'q', UsePreviousValue: true },
        ],
        Tags: [],
        TimeoutInMinutes: 5,
      }),
    );
    expect(seen[0]?.input).toMatchObject({
      StackName: 's',
      TemplateBody: '{"a": "<&>"}',
      Parameters: [
        { ParameterKey: 'p', ParameterValue: 'v' },
        { ParameterKey: 'q', UsePreviousValue: true },
      ],
      TimeoutInMinutes: 5,
    });
    expect(StackId).toBe('arn:stack');
  });

  test('writes nested lists and timestamps', async () => {
    const CreationTime = new Date('2026-01-02T03:04:05.000Z');
    const stack = {
      StackName: 's',
      CreationTime,
      StackStatus: 'CREATE_COMPLETE',
      Outputs: [{ OutputKey: 'k', OutputValue: '<v>' }],
    };
    answer = () => ({ Stacks: [stack] });
    const { Stacks } = await new CloudFormationClient(client).send(new DescribeStacksCommand({}));
    expect(Stacks).toMatchObject([stack]);
  });

  test('carries an error under its query code', async () => {
    fails('NoSuchEntityException', 'The role with name r cannot be found.', { status: 404 });
    await expect(new IAMClient(client).send(new GetRoleCommand({ RoleName: 'r' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name r cannot be found.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('answers an input without members', async () => {
    answer = () => ({ Account: '123456789012', Arn: 'arn', UserId: 'u' });
    expect(await new STSClient(client).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '123456789012',
    });
  });
});

describe('what an account refuses', () => {
  test('an operation that AWS has and it has not, by name', async () => {
    const backups = post(listener.url, '{}', { 'x-amz-target': 'DynamoDB_20120810.ListBackups' });
    expect(await (await backups).json()).toMatchObject({
      __type: 'com.amazon.coral.service#UnknownOperationException',
      message: 'dynamodb:ListBackups is not supported by the local cloud.',
    });
  });

  test('a service that it has not, by name', async () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0';
    const response = await post(listener.url, '{}', { authorization });
    expect(await response.json()).toMatchObject({
      message: 'The service kinesis is not supported by the local cloud (POST /).',
    });
  });

  test('a request without a signature', async () => {
    const response = await fetch(listener.url);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationToken' });
  });

  test('a path whose percent-encoding is malformed', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/lambda/aws4_request';
    const url = `${listener.url}/2015-03-31/functions/%zz/invocations`;
    const response = await fetch(url, { method: 'POST', headers: { authorization } });
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('SerializationException');
  });

  test('a Host that is not loopback, and an Origin that is not', async () => {
    expect(await statusOf(listener.url, { host: 'evil.example' })).toBe(403);
    expect(await statusOf(listener.url, { origin: 'https://evil.example' })).toBe(403);
  });

  test('an input without end', async () => {
    const response = await post(listener.url, 'x'.repeat(17 * 1024 * 1024), {
      'x-amz-target': 'AmazonSQS.SendMessage',
    }).catch(() => undefined);
    expect([413, undefined]).toContain(response?.status);
    expect((await fetch(listener.url)).status).toBe(403);
  });
});

test('answers carry cloud time in their Date header', async () => {
  await cloud.clock.advance(14 * 24 * 3600 * 1000);
  const response = await fetch(listener.url);
  const ahead = Date.parse(response.headers.get('date') ?? '') - Date.now();
  expect(Math.round(ahead / (24 * 3600 * 1000))).toBe(14);
});

test('a message sent is read back unchanged, whatever its characters', async () => {
  answer = (input) => ({ MessageId: (input as { MessageBody: string }).MessageBody });
  const body = 'Zürich "50 €" \\ \u2028 🚀 \t';
  const { MessageId } = await new SQSClient({ ...client, md5: false }).send(
    new SendMessageCommand({ QueueUrl: `${listener.url}/1/q`, MessageBody: body }),
  );
  expect(MessageId).toBe(body);
});

function post(url: string, body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-amz-json-1.0', ...headers },
  });
}

/** fetch does not let a caller choose its Host. */
function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
