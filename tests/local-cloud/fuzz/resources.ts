import { zipSync } from 'fflate';
import type { Account } from '../../../local-cloud/account.ts';
import { NAME, POLICY, ROLE_ARN, TEMPLATE } from './words.ts';

const HANDLER = 'export const handler = async (event) => event;';
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
});

/**
 * Makes one of each kind of resource in the account, under the name that the fuzzer uses most, where it is not
 * there (any more): so that random requests get past "does not exist".
 * @returns ids that the account has given out, by the member that takes them
 */
export async function restore(account: Account): Promise<Record<string, string>> {
  const { iam, sqs, dynamodb, lambda, s3, logs, eventbridge, ssm, cloudformation, cloudwatch, apigatewayv2 } =
    account.services;
  const call = account.call();
  const code = { ZipFile: zipSync({ 'index.mjs': Buffer.from(HANDLER) }) };
  const makers: readonly (() => Promise<unknown>)[] = [
    () => iam.CreateRole({ RoleName: NAME, AssumeRolePolicyDocument: TRUST }, call),
    () => iam.CreatePolicy({ PolicyName: NAME, PolicyDocument: POLICY }, call),
    () => sqs.CreateQueue({ QueueName: NAME }, call),
    () => sqs.SendMessage({ QueueUrl: `/123456789012/${NAME}`, MessageBody: 'a' }, call),
    () =>
      dynamodb.CreateTable(
        {
          TableName: NAME,
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
        },
        call,
      ),
    () => dynamodb.PutItem({ TableName: NAME, Item: { id: { S: NAME }, a: { N: '1' } } }, call),
    () =>
      lambda.CreateFunction(
        { FunctionName: NAME, Role: ROLE_ARN, Runtime: 'nodejs20.x', Handler: 'index.handler', Code: code },
        call,
      ),
    () => s3.CreateBucket({ Bucket: `${NAME}-bucket` }, call),
    () => s3.PutObject({ Bucket: `${NAME}-bucket`, Key: NAME, Body: TEMPLATE }, call),
    () => logs.CreateLogGroup({ logGroupName: NAME }, call),
    () => logs.CreateLogStream({ logGroupName: NAME, logStreamName: NAME }, call),
    () => eventbridge.CreateEventBus({ Name: NAME }, call),
    () => eventbridge.PutRule({ Name: NAME, EventPattern: '{"source":["a"]}' }, call),
    () => ssm.PutParameter({ Name: NAME, Value: '1', Type: 'String' }, call),
    () => cloudformation.CreateStack({ StackName: NAME, TemplateBody: TEMPLATE }, call),
    () =>
      cloudwatch.PutMetricAlarm(
        {
          AlarmName: NAME,
          Namespace: 'AWS/SQS',
          MetricName: NAME,
          Statistic: 'Sum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanThreshold',
        },
        call,
      ),
  ];
  // Most of it is there already, and then the service says so.
  for (const make of makers) await make().catch(() => undefined);
  const { Items: old = [] } = await apigatewayv2.GetApis({}, call);
  for (const { ApiId } of old) await apigatewayv2.DeleteApi({ ApiId }, call);
  const { ApiId = '' } = await apigatewayv2.CreateApi({ Name: NAME, ProtocolType: 'HTTP' }, call);
  const IntegrationUri = `arn:aws:lambda:us-east-1:123456789012:function:${NAME}`;
  const { IntegrationId = '' } = await apigatewayv2.CreateIntegration(
    { ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri, PayloadFormatVersion: '2.0' },
    call,
  );
  const { RouteId = '' } = await apigatewayv2.CreateRoute({ ApiId, RouteKey: 'GET /fuzz' }, call);
  await apigatewayv2.CreateStage({ ApiId, StageName: NAME }, call);
  const { DeploymentId = '' } = await apigatewayv2.CreateDeployment({ ApiId }, call);
  return { ApiId, IntegrationId, RouteId, DeploymentId };
}
