import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { isLoopbackHost } from '../../local-cloud/listen.ts';
import type { Lab } from '../catalog.ts';
import { WorkshopError } from './folders.ts';

/** A local cloud that runs in another process. */
export interface RunningCloud {
  endpoint: string;
  accountId: string;
  region: string;
  cloudformation: CloudFormationClient;
  lambda: LambdaClient;
  logs: CloudWatchLogsClient;
  s3: S3Client;
}

export const endpointOption = { endpoint: { type: 'string' } } as const;

export const endpointHelp = `  --endpoint <url>       of a running cloud, on this machine
                         (default: AWS_ENDPOINT_URL, else http://127.0.0.1:4566)`;

/** The name under which a lab is deployed into a running cloud, where several labs live side by side. */
export const stackNameOf = ({ slug }: Lab): string => `lab-${slug}`;

/**
 * Connects to a running cloud, as its account's own user: the caller's credentials stay unused.
 * @param given the endpoint that the command names
 * @throws WorkshopError for an endpoint that is not on this machine, and when nothing answers there
 */
export async function connectToCloud(given: string | undefined, signal: AbortSignal): Promise<RunningCloud> {
  // The SDK says on standard error that Node 20 will not do for ever; a learner can do nothing about it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const named = given === undefined ? 'AWS_ENDPOINT_URL' : '--endpoint';
  const endpoint = requireLoopback(given ?? (process.env.AWS_ENDPOINT_URL || 'http://127.0.0.1:4566'), named);
  const region = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || 'us-east-1';
  const options = {
    endpoint,
    region,
    // Keys that were never issued are the account's own.
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  const { Account } = await new STSClient(options)
    .send(new GetCallerIdentityCommand({}), { abortSignal: signal })
    .catch((error: NodeJS.ErrnoException) => {
      signal.throwIfAborted();
      if (error.code === 'ECONNREFUSED') {
        throw new WorkshopError(
          `Nothing listens at ${endpoint}. Start the cloud in another terminal: npm run cloud` +
            `${portHint(endpoint)}`,
        );
      }
      throw new WorkshopError(
        `${endpoint} does not answer as an AWS account: ${error.message}. Start one: npm run cloud`,
      );
    });
  return {
    endpoint,
    accountId: Account ?? '',
    region,
    cloudformation: new CloudFormationClient(options),
    lambda: new LambdaClient(options),
    logs: new CloudWatchLogsClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
  };
}

/** The stack of that name; undefined when there is none. */
export async function findStack(
  { cloudformation }: RunningCloud,
  StackName: string,
): Promise<Stack | undefined> {
  try {
    const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    return Stacks[0];
  } catch (error) {
    // The only word for it. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

function requireLoopback(given: string, named: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new WorkshopError(`${named} ${given}: give an address such as http://127.0.0.1:4566.`);
  if (!isLoopbackHost(url.host)) {
    throw new WorkshopError(
      `${named} ${given} is not on this machine. These commands create and delete stacks without asking, ` +
        'so they only talk to loopback addresses: 127.0.0.1, [::1] or localhost.',
    );
  }
  return url.origin;
}

function portHint(endpoint: string): string {
  const { port } = new URL(endpoint);
  return port === '4566' || port === '' ? '' : ` -- --port ${port}`;
}
