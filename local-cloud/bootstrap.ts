import { accountPrincipal } from './iam/credentials.ts';
import { arnOf, type Call, type Cloud } from './service.ts';
import type { Iam } from './services/iam/index.ts';
import type { SsmOperations } from './services/ssm/index.ts';

interface Bootstrapped {
  iam: Iam;
  ssm: { operations: SsmOperations };
  s3: { createBucket(name: string): void };
}

/** The qualifier of CDK's default synthesizer. */
const QUALIFIER = 'hnb659fds';
/** Of the bootstrap template; the CDK CLI asks for at least 30 when it deploys. */
const VERSION = '30';

/** https://github.com/aws/aws-cdk-cli/blob/main/packages/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml */
const DEPLOY_ACTIONS = [
  'CreateChangeSet',
  'DeleteChangeSet',
  'DescribeChangeSet',
  'DescribeStacks',
  'ExecuteChangeSet',
  'CreateStack',
  'UpdateStack',
  'RollbackStack',
  'ContinueUpdateRollback',
  'DescribeStackEvents',
  'GetTemplate',
  'DeleteStack',
  'UpdateTerminationProtection',
  'GetTemplateSummary',
].map((name) => `cloudformation:${name}`);

const READS_OF_BUCKET = ['s3:GetObject*', 's3:GetBucket*', 's3:List*'];

/**
 * Makes what `cdk bootstrap` leaves in an account, so that `cdk deploy` works from the start: the bucket for assets,
 * the roles that the CLI assumes, the version. Container images cannot be published here: their role is left out.
 * https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */
export function bootstrap(cloud: Cloud, { iam, ssm, s3 }: Bootstrapped): void {
  const call: Call = {
    principal: accountPrincipal(cloud),
    requestId: cloud.uuid(),
    signal: new AbortController().signal,
  };
  const nameOf = (what: string) => `cdk-${QUALIFIER}-${what}-${cloud.accountId}-${cloud.region}`;
  const bucket = nameOf('assets');
  const bucketArn = `arn:${cloud.partition}:s3:::${bucket}`;
  const onBucket = [bucketArn, `${bucketArn}/*`];
  const versionName = `/cdk-bootstrap/${QUALIFIER}/version`;
  const readsVersion = {
    Effect: 'Allow',
    Action: ['ssm:GetParameter', 'ssm:GetParameters'],
    Resource: arnOf(cloud, 'ssm', `parameter${versionName}`),
  };
  const accountRoot = { AWS: arnOf(cloud, 'iam', 'root') };

  function addRole(what: string, Principal: object, statements: readonly object[]): string {
    const RoleName = nameOf(what);
    const { Role } = iam.operations.CreateRole({
      RoleName,
      AssumeRolePolicyDocument: policyOf([{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }]),
    });
    if (statements.length > 0) {
      iam.operations.PutRolePolicy({
        RoleName,
        PolicyName: 'default',
        PolicyDocument: policyOf(statements),
      });
    }
    return Role?.Arn ?? '';
  }

  s3.createBucket(bucket);
  ssm.operations.PutParameter({ Name: versionName, Type: 'String', Value: VERSION }, call);
  const executionRole = addRole('cfn-exec-role', { Service: 'cloudformation.amazonaws.com' }, []);
  iam.operations.AttachRolePolicy({
    RoleName: nameOf('cfn-exec-role'),
    PolicyArn: `arn:${cloud.partition}:iam::aws:policy/AdministratorAccess`,
  });
  addRole('deploy-role', accountRoot, [
    { Effect: 'Allow', Action: [...DEPLOY_ACTIONS, 'sts:GetCallerIdentity'], Resource: '*' },
    { Effect: 'Allow', Action: 'iam:PassRole', Resource: executionRole },
    { Effect: 'Allow', Action: READS_OF_BUCKET, Resource: onBucket },
    readsVersion,
  ]);
  addRole('file-publishing-role', accountRoot, [
    {
      Effect: 'Allow',
      Action: [
        ...READS_OF_BUCKET,
        's3:GetEncryptionConfiguration',
        's3:DeleteObject*',
        's3:PutObject*',
        's3:Abort*',
      ],
      Resource: onBucket,
    },
    readsVersion,
  ]);
  // On AWS it has the managed policy ReadOnlyAccess; these are its reads of the services that are here.
  addRole('lookup-role', accountRoot, [
    {
      Effect: 'Allow',
      Action: ['cloudformation', 's3', 'ssm', 'iam', 'lambda', 'sqs', 'logs', 'events', 'dynamodb'].flatMap(
        (service) => [`${service}:Get*`, `${service}:List*`, `${service}:Describe*`],
      ),
      Resource: '*',
    },
  ]);
}

function policyOf(Statement: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}
