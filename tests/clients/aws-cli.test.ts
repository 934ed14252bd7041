import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenAccount, openAccount } from './account.ts';

/** Every AWS CLI on this machine: Debian's, which speaks the query protocol, and one from PyPI or from AWS. */
const CLIS = installed();

if (CLIS.length === 0) {
  process.stderr.write('AWS CLI: not tested, there is none. To test it: apt-get install awscli\n');
}

/** A client with a version, one of each. */
function installed(): { version: string; path: string }[] {
  const paths = [...(process.env.PATH ?? '').split(':').map((folder) => join(folder, 'aws')), '/usr/bin/aws'];
  const byVersion = new Map<string, string>();
  for (const path of new Set(paths)) {
    try {
      const said = execFileSync(path, ['--version'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const version = said.split(' ')[0] ?? path;
      if (!byVersion.has(version)) byVersion.set(version, path);
    } catch {
      // There is none in this folder.
    }
  }
  return [...byVersion].map(([version, path]) => ({ version, path }));
}

describe.skipIf(CLIS.length === 0)('AWS CLI (apt-get install awscli)', () => {
  describe.each(CLIS)('$version', ({ version, path }) => {
    let open: OpenAccount;

    beforeAll(async () => {
      open = await openAccount();
    });
    afterAll(() => open.close());

    /** What a command prints; `--endpoint-url` because clients before 2.13 do not read AWS_ENDPOINT_URL. */
    async function aws(...args: string[]): Promise<string> {
      const { code, output } = await open.run(path, ['--endpoint-url', open.endpoint, ...args]);
      if (code !== 0) throw new Error(output.trim());
      return output.trim();
    }
    const ask = async (...args: string[]) => aws(...args, '--output', 'text');

    test('sts and iam', async () => {
      expect(await ask('sts', 'get-caller-identity', '--query', 'Account')).toBe('123456789012');
      expect(await ask('iam', 'list-roles', '--query', 'Roles[].RoleName')).toContain(
        'cdk-hnb659fds-deploy-role',
      );
    });

    test('sqs', async () => {
      const url = await ask('sqs', 'create-queue', '--queue-name', 'orders', '--query', 'QueueUrl');
      await aws('sqs', 'send-message', '--queue-url', url, '--message-body', 'a "first" order');
      const received = await ask('sqs', 'receive-message', '--queue-url', url, '--query', 'Messages[0].Body');
      expect(received).toBe('a "first" order');
      await expect(aws('sqs', 'get-queue-url', '--queue-name', 'none')).rejects.toThrow('NonExistentQueue');
    });

    test('dynamodb', async () => {
      await aws(
        ...['dynamodb', 'create-table', '--table-name', 'orders', '--billing-mode', 'PAY_PER_REQUEST'],
        ...['--attribute-definitions', 'AttributeName=orderId,AttributeType=S'],
        ...['--key-schema', 'AttributeName=orderId,KeyType=HASH'],
      );
      await aws('dynamodb', 'put-item', '--table-name', 'orders', '--item', '{"orderId":{"S":"1"}}');
      expect(await ask('dynamodb', 'scan', '--table-name', 'orders', '--query', 'Items[].orderId.S')).toBe(
        '1',
      );
    });

    test('s3: mb, cp, sync, ls, presign, rm', async () => {
      const folder = join(open.home, 'files');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'a.txt'), 'hello');
      await aws('s3', 'mb', 's3://files');
      await aws('s3', 'cp', join(folder, 'a.txt'), 's3://files/a b.txt');
      await aws('s3', 'sync', folder, 's3://files/all');
      expect(await aws('s3', 'ls', 's3://files', '--recursive')).toMatch(/5 a b\.txt[\s\S]*5 all\/a\.txt/);
      expect(await (await fetch(await aws('s3', 'presign', 's3://files/all/a.txt'))).text()).toBe('hello');
      await aws('s3', 'cp', 's3://files/all/a.txt', join(folder, 'back.txt'));
      expect(readFileSync(join(folder, 'back.txt'), 'utf8')).toBe('hello');
      await aws('s3', 'rm', 's3://files', '--recursive');
      expect(await aws('s3', 'ls', 's3://files')).toBe('');
    });

    test('cloudformation deploy, lambda invoke and logs tail', async () => {
      const zip = zipSync({
        'index.mjs': strToU8('export const handler = async () => { console.log("seen"); return 42; };'),
      });
      writeFileSync(join(open.home, 'code.zip'), zip);
      await aws('s3', 'mb', 's3://code');
      await aws('s3', 'cp', join(open.home, 'code.zip'), 's3://code/code.zip');
      writeFileSync(join(open.home, 'stack.yml'), STACK);
      const deploy = () =>
        aws(
          ...['cloudformation', 'deploy', '--stack-name', 'Orders', '--template-file', 'stack.yml'],
          ...['--capabilities', 'CAPABILITY_NAMED_IAM', '--no-fail-on-empty-changeset'],
        );
      expect(await deploy()).toContain('Successfully created/updated stack - Orders');
      expect(await deploy()).toContain('No changes to deploy');
      const status = await ask('cloudformation', 'describe-stacks', '--query', 'Stacks[].StackStatus');
      expect(status).toBe('CREATE_COMPLETE');
      const events = [
        'describe-stack-events',
        '--stack-name',
        'Orders',
        '--query',
        'StackEvents[0].ResourceStatus',
      ];
      expect(await ask('cloudformation', ...events)).toBe('CREATE_COMPLETE');
      expect(await ask('lambda', 'list-functions', '--query', 'Functions[].FunctionName')).toBe('answer');
      await aws('lambda', 'invoke', '--function-name', 'answer', 'answer.json');
      expect(readFileSync(join(open.home, 'answer.json'), 'utf8')).toBe('42');
      // The first major version has no tail.
      if (!version.startsWith('aws-cli/1')) {
        expect(await aws('logs', 'tail', '/aws/lambda/answer')).toContain('seen');
      }
      const filter = [
        'filter-log-events',
        '--log-group-name',
        '/aws/lambda/answer',
        '--filter-pattern',
        'seen',
      ];
      expect(await ask('logs', ...filter, '--query', 'length(events)')).toBe('1');
      const alarm = await ask(
        'cloudwatch',
        'describe-alarms',
        '--query',
        'MetricAlarms[].[AlarmName,Threshold]',
      );
      expect(alarm).toMatch(/^errors\s+1(\.0)?$/);
    });

    test('events, apigatewayv2 and ssm', async () => {
      const entries = '[{"Source":"shop","DetailType":"OrderPlaced","Detail":"{}"}]';
      expect(await ask('events', 'put-events', '--entries', entries, '--query', 'FailedEntryCount')).toBe(
        '0',
      );
      await aws('apigatewayv2', 'create-api', '--name', 'orders', '--protocol-type', 'HTTP');
      expect(await ask('apigatewayv2', 'get-apis', '--query', 'Items[].Name')).toBe('orders');
      await aws('ssm', 'put-parameter', '--name', '/orders/limit', '--type', 'String', '--value', '5');
      const read = ['get-parameter', '--name', '/orders/limit', '--query', 'Parameter.Value'];
      expect(await ask('ssm', ...read)).toBe('5');
    });

    test.each([
      [['sns', 'list-topics'], 'The service sns is not supported by the local cloud (ListTopics).'],
      [['kinesis', 'list-streams'], 'The service kinesis is not supported by the local cloud (ListStreams).'],
      [['iam', 'list-users'], 'iam:ListUsers is not supported by the local cloud.'],
      [['ssm', 'list-documents'], 'ssm:ListDocuments is not supported by the local cloud.'],
      [['lambda', 'list-layers'], 'lambda:ListLayers is not supported by the local cloud.'],
      [
        ['s3api', 'get-bucket-website', '--bucket', 'any'],
        's3:GetBucketWebsite is not supported by the local cloud.',
      ],
    ])('%j is refused by name', async (args, message) => {
      await expect(aws(...args)).rejects.toThrow(message);
    });
  });
});

const STACK = `
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: answer
      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: answer
      Runtime: nodejs24.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code: { S3Bucket: code, S3Key: code.zip }
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: errors
      Namespace: AWS/Lambda
      MetricName: Errors
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
`;
