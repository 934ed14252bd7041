import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, createAccount } from '../../local-cloud/account.ts';
import type { Call } from '../../local-cloud/service.ts';

/** What no lab needs and tools call all the same: each operation does what it says, in the whole account. */
let account: Account;
let call: Call;

beforeAll(() => {
  account = createAccount({ clock: 'warp' });
  call = account.call();
});

afterAll(() => account.close());

const trusting = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
  });

const allowing = (action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });

describe('IAM', () => {
  test('a role is changed, tagged and listed with its policies', async () => {
    const { iam } = account.services;
    const RoleName = 'reader';
    await iam.CreateRole({ RoleName, AssumeRolePolicyDocument: trusting('lambda.amazonaws.com') }, call);
    await iam.UpdateRole({ RoleName, Description: 'reads', MaxSessionDuration: 7200 }, call);
    await iam.UpdateAssumeRolePolicy({ RoleName, PolicyDocument: trusting('events.amazonaws.com') }, call);
    const { Role } = await iam.GetRole({ RoleName }, call);
    expect(Role).toMatchObject({ Description: 'reads', MaxSessionDuration: 7200 });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain('events.amazonaws.com');

    await iam.PutRolePolicy({ RoleName, PolicyName: 'own', PolicyDocument: allowing('s3:Get*') }, call);
    const own = await iam.GetRolePolicy({ RoleName, PolicyName: 'own' }, call);
    expect(decodeURIComponent(own.PolicyDocument ?? '')).toContain('s3:Get*');
    expect((await iam.ListRolePolicies({ RoleName }, call)).PolicyNames).toEqual(['own']);

    await iam.TagRole({ RoleName, Tags: [{ Key: 'team', Value: 'orders' }] }, call);
    expect((await iam.ListRoleTags({ RoleName }, call)).Tags).toEqual([{ Key: 'team', Value: 'orders' }]);
    await iam.UntagRole({ RoleName, TagKeys: ['team'] }, call);
    expect((await iam.ListRoleTags({ RoleName }, call)).Tags).toEqual([]);
  });

  test('a managed policy has versions, tags, and roles that it is attached to', async () => {
    const { iam } = account.services;
    await iam.CreateRole(
      { RoleName: 'writer', AssumeRolePolicyDocument: trusting('lambda.amazonaws.com') },
      call,
    );
    const { Policy } = await iam.CreatePolicy(
      { PolicyName: 'writes', PolicyDocument: allowing('s3:PutObject') },
      call,
    );
    const PolicyArn = Policy?.Arn ?? '';
    await iam.CreatePolicyVersion({ PolicyArn, PolicyDocument: allowing('s3:*') }, call);
    await iam.SetDefaultPolicyVersion({ PolicyArn, VersionId: 'v2' }, call);
    const { PolicyVersion } = await iam.GetPolicyVersion({ PolicyArn, VersionId: 'v2' }, call);
    expect(PolicyVersion?.IsDefaultVersion).toBe(true);
    const { Versions } = await iam.ListPolicyVersions({ PolicyArn }, call);
    expect(Versions?.map(({ VersionId }) => VersionId).sort()).toEqual(['v1', 'v2']);
    const { Policies } = await iam.ListPolicies({ Scope: 'Local' }, call);
    expect(Policies?.map(({ PolicyName }) => PolicyName)).toContain('writes');

    await iam.AttachRolePolicy({ RoleName: 'writer', PolicyArn }, call);
    const attached = await iam.ListAttachedRolePolicies({ RoleName: 'writer' }, call);
    expect(attached.AttachedPolicies).toEqual([{ PolicyName: 'writes', PolicyArn }]);
    const { PolicyRoles } = await iam.ListEntitiesForPolicy({ PolicyArn }, call);
    expect(PolicyRoles).toMatchObject([{ RoleName: 'writer' }]);

    await iam.TagPolicy({ PolicyArn, Tags: [{ Key: 'team', Value: 'orders' }] }, call);
    expect((await iam.ListPolicyTags({ PolicyArn }, call)).Tags).toEqual([{ Key: 'team', Value: 'orders' }]);
    await iam.UntagPolicy({ PolicyArn, TagKeys: ['team'] }, call);
    expect((await iam.ListPolicyTags({ PolicyArn }, call)).Tags).toEqual([]);
  });

  test('an access key tells whose account it belongs to', async () => {
    const { sts } = account.services;
    const { Account } = await sts.GetAccessKeyInfo({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }, call);
    expect(Account).toBe('123456789012');
  });
});

describe('CloudWatch', () => {
  test('the actions of an alarm are switched off and on again', async () => {
    const { cloudwatch } = account.services;
    await cloudwatch.PutMetricAlarm(
      {
        AlarmName: 'late-orders',
        Namespace: 'Orders',
        MetricName: 'Late',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      },
      call,
    );
    const AlarmNames = ['late-orders'];
    const areEnabled = async () =>
      (await cloudwatch.DescribeAlarms({ AlarmNames }, call)).MetricAlarms?.[0]?.ActionsEnabled;
    await cloudwatch.DisableAlarmActions({ AlarmNames }, call);
    expect(await areEnabled()).toBe(false);
    await cloudwatch.EnableAlarmActions({ AlarmNames }, call);
    expect(await areEnabled()).toBe(true);
  });

  test('a log group loses its retention, its stream and its tags', async () => {
    const { logs } = account.services;
    const logGroupName = 'orders';
    await logs.CreateLogGroup({ logGroupName }, call);
    await logs.PutRetentionPolicy({ logGroupName, retentionInDays: 7 }, call);
    await logs.DeleteRetentionPolicy({ logGroupName }, call);
    const { logGroups } = await logs.DescribeLogGroups({ logGroupNamePrefix: logGroupName }, call);
    expect(logGroups?.[0]?.retentionInDays).toBeUndefined();

    await logs.CreateLogStream({ logGroupName, logStreamName: 'one' }, call);
    await logs.DeleteLogStream({ logGroupName, logStreamName: 'one' }, call);
    expect((await logs.DescribeLogStreams({ logGroupName }, call)).logStreams).toEqual([]);

    const resourceArn = `arn:aws:logs:us-east-1:123456789012:log-group:${logGroupName}`;
    await logs.TagResource({ resourceArn, tags: { team: 'orders' } }, call);
    expect((await logs.ListTagsForResource({ resourceArn }, call)).tags).toEqual({ team: 'orders' });
    await logs.UntagResource({ resourceArn, tagKeys: ['team'] }, call);
    expect((await logs.ListTagsForResource({ resourceArn }, call)).tags).toEqual({});
  });
});

describe('S3', () => {
  test('the settings of a bucket are put and taken away', async () => {
    const { s3 } = account.services;
    const Bucket = 'settings-of-a-bucket';
    await s3.CreateBucket({ Bucket }, call);
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }];
    await s3.PutBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules } }, call);
    await s3.DeleteBucketEncryption({ Bucket }, call);
    // A bucket always has encryption: taking it away brings back S3's own.
    const { ServerSideEncryptionConfiguration } = await s3.GetBucketEncryption({ Bucket }, call);
    expect(ServerSideEncryptionConfiguration?.Rules).toMatchObject(Rules);

    const block = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    };
    await s3.PutPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: block }, call);
    expect((await s3.GetPublicAccessBlock({ Bucket }, call)).PublicAccessBlockConfiguration).toEqual(block);

    const ownership = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] };
    await s3.PutBucketOwnershipControls({ Bucket, OwnershipControls: ownership }, call);
    expect((await s3.GetBucketOwnershipControls({ Bucket }, call)).OwnershipControls).toEqual(ownership);
    await s3.DeleteBucketOwnershipControls({ Bucket }, call);
    await expect(s3.GetBucketOwnershipControls({ Bucket }, call)).rejects.toMatchObject({
      name: 'OwnershipControlsNotFoundError',
    });
  });

  test('a bucket loses its policy, an object its tags', async () => {
    const { s3 } = account.services;
    const Bucket = 'loses-its-policy';
    await s3.CreateBucket({ Bucket }, call);
    const Statement = [
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${Bucket}/*`,
        Principal: { AWS: '123456789012' },
      },
    ];
    await s3.PutBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }, call);
    await s3.DeleteBucketPolicy({ Bucket }, call);
    await expect(s3.GetBucketPolicy({ Bucket }, call)).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });

    await s3.PutObject({ Bucket, Key: 'a', Body: 'a', Tagging: 'team=orders' }, call);
    await s3.DeleteObjectTagging({ Bucket, Key: 'a' }, call);
    expect((await s3.GetObjectTagging({ Bucket, Key: 'a' }, call)).TagSet).toEqual([]);
  });
});

describe('DynamoDB and SSM', () => {
  test('DynamoDB tells its address and its limits', async () => {
    const { dynamodb } = account.services;
    const endpoint = await account.listen();
    const { Endpoints } = await dynamodb.DescribeEndpoints({}, call);
    expect(endpoint).toContain(Endpoints?.[0]?.Address);
    const { TableMaxReadCapacityUnits } = await dynamodb.DescribeLimits({}, call);
    expect(TableMaxReadCapacityUnits).toBe(40_000);
  });

  test('a parameter loses a label, then everything', async () => {
    const { ssm } = account.services;
    const Name = '/orders/limit';
    await ssm.PutParameter({ Name, Value: '10', Type: 'String' }, call);
    await ssm.LabelParameterVersion({ Name, Labels: ['live'] }, call);
    const { RemovedLabels } = await ssm.UnlabelParameterVersion(
      { Name, ParameterVersion: 1, Labels: ['live'] },
      call,
    );
    expect(RemovedLabels).toEqual(['live']);
    await ssm.DeleteParameter({ Name }, call);
    await expect(ssm.GetParameter({ Name }, call)).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });
});

describe('API Gateway', () => {
  test('routes, integrations, deployments and stages are read, changed and deleted', async () => {
    const { apigatewayv2 } = account.services;
    const { ApiId } = await apigatewayv2.CreateApi({ Name: 'orders', ProtocolType: 'HTTP' }, call);
    const { IntegrationId } = await apigatewayv2.CreateIntegration(
      {
        ApiId,
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: 'arn:aws:lambda:us-east-1:123456789012:function:orders',
        PayloadFormatVersion: '2.0',
      },
      call,
    );
    const integration = await apigatewayv2.GetIntegration({ ApiId, IntegrationId }, call);
    expect(integration.PayloadFormatVersion).toBe('2.0');
    const { RouteId } = await apigatewayv2.CreateRoute({ ApiId, RouteKey: 'GET /orders' }, call);
    expect((await apigatewayv2.GetRoute({ ApiId, RouteId }, call)).RouteKey).toBe('GET /orders');
    await apigatewayv2.DeleteIntegration({ ApiId, IntegrationId }, call);
    await expect(apigatewayv2.GetIntegration({ ApiId, IntegrationId }, call)).rejects.toMatchObject({
      name: 'NotFoundException',
    });

    await apigatewayv2.CreateStage({ ApiId, StageName: 'live' }, call);
    const { DeploymentId } = await apigatewayv2.CreateDeployment({ ApiId, StageName: 'live' }, call);
    await apigatewayv2.UpdateDeployment({ ApiId, DeploymentId, Description: 'first' }, call);
    expect((await apigatewayv2.GetDeployment({ ApiId, DeploymentId }, call)).Description).toBe('first');
    await apigatewayv2.DeleteStage({ ApiId, StageName: 'live' }, call);
    await apigatewayv2.DeleteDeployment({ ApiId, DeploymentId }, call);
    expect((await apigatewayv2.GetDeployments({ ApiId }, call)).Items).toEqual([]);
  });
});

describe('CloudFormation', () => {
  const template = {
    Resources: {
      Metadata: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2:deflate64:' } },
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'stack-orders' } },
      Filter: {
        Type: 'AWS::Logs::MetricFilter',
        Properties: {
          LogGroupName: { Ref: 'Group' },
          FilterPattern: 'ERROR',
          MetricTransformations: [{ MetricName: 'Errors', MetricNamespace: 'Orders', MetricValue: '1' }],
        },
      },
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'orders', ProtocolType: 'HTTP' } },
      Route: { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId: { Ref: 'Api' }, RouteKey: 'GET /a' } },
      Deployment: {
        Type: 'AWS::ApiGatewayV2::Deployment',
        DependsOn: 'Route',
        Properties: { ApiId: { Ref: 'Api' }, Description: 'first' },
      },
    },
    Outputs: { Api: { Value: { Ref: 'Api' }, Export: { Name: 'orders-api' } } },
  };
  const TemplateBody = JSON.stringify(template);

  test('a template is summed up before it is deployed', async () => {
    const { cloudformation } = account.services;
    const { ResourceTypes } = await cloudformation.GetTemplateSummary({ TemplateBody }, call);
    expect(ResourceTypes).toContain('AWS::Logs::MetricFilter');
  });

  test('a stack is listed with its resources, change sets and exports', async () => {
    const { cloudformation } = account.services;
    const { templateResources, StackName } = {
      templateResources: Object.keys(template.Resources),
      StackName: 'orders',
    };
    await account.deploy({ stackName: StackName, template });
    const { StackSummaries } = await cloudformation.ListStacks({}, call);
    expect(StackSummaries).toMatchObject([{ StackName, StackStatus: 'CREATE_COMPLETE' }]);
    const { StackResourceSummaries } = await cloudformation.ListStackResources({ StackName }, call);
    expect(StackResourceSummaries?.map(({ LogicalResourceId }) => LogicalResourceId).sort()).toEqual(
      templateResources.sort(),
    );
    const { StackResources } = await cloudformation.DescribeStackResources({ StackName }, call);
    expect(StackResources).toHaveLength(templateResources.length);
    const { StackResourceDetail } = await cloudformation.DescribeStackResource(
      { StackName, LogicalResourceId: 'Group' },
      call,
    );
    expect(StackResourceDetail?.PhysicalResourceId).toBe('stack-orders');
    expect((await cloudformation.ListExports({}, call)).Exports).toMatchObject([{ Name: 'orders-api' }]);

    const changed = TemplateBody.replace('"first"', '"second"');
    await cloudformation.CreateChangeSet({ StackName, ChangeSetName: 'next', TemplateBody: changed }, call);
    const { Summaries } = await cloudformation.ListChangeSets({ StackName }, call);
    expect(Summaries).toMatchObject([{ ChangeSetName: 'next' }]);
  });
});
