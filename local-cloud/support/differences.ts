/** Where the account behaves in another way than AWS, on purpose. */
export interface Difference {
  /** Signing name of the service, or `account` for all of them. */
  readonly service: string;
  /** What happens here, and what happens on AWS. */
  readonly text: string;
  /** AWS's page on it. */
  readonly aws: string;
  /** The test that shows what happens here. */
  readonly test: { readonly file: string; readonly name: string };
}

const here = (file: string, name: string) => ({ file: `local-cloud/${file}`, name });

/** What is refused by name is not listed here: the page takes it from the code. */
export const DIFFERENCES: readonly Difference[] = [
  {
    service: 'account',
    text: 'Signatures are read but not checked: the access key says who calls. Keys that no role has are the account itself.',
    aws: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html',
    test: here('account.test.ts', 'who calls is who signed'),
  },
  {
    service: 'account',
    text: 'Time is the account’s own: in warp mode it jumps while a caller waits. A `Date` header, a credential and a presigned URL follow it.',
    aws: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html',
    test: here('protocols/protocols.test.ts', 'answers carry cloud time in their Date header'),
  },
  {
    service: 'account',
    text: 'Only loopback is served: a request for another host, or from a page elsewhere, is refused.',
    aws: 'https://docs.aws.amazon.com/general/latest/gr/rande.html',
    test: here('protocols/protocols.test.ts', 'a Host that is not loopback, and an Origin that is not'),
  },
  {
    service: 'account',
    text: 'State lives in memory and ends with the process. AWS keeps it.',
    aws: 'https://docs.aws.amazon.com/whitepapers/latest/aws-overview/introduction.html',
    test: here('account.test.ts', 'closing ends its processes and removes its files'),
  },
  {
    service: 'account',
    text: 'IAM can be switched off (`--no-iam`), and policies count at once. On AWS a change takes seconds to spread.',
    aws: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency',
    test: here('guard.test.ts', 'without IAM nothing is asked'),
  },
  {
    service: 'account',
    text: 'The same seed gives the same ids, delays and order of decisions. On AWS they are random.',
    aws: 'https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/welcome.html',
    test: here('random.test.ts', 'the same seed gives the same sequence, another seed another one'),
  },
  {
    service: 'sqs',
    text: 'A queue’s URL lies on the account’s own address, and only its path counts.',
    aws: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html',
    test: here('services/sqs/queue-operations.test.ts', 'only the path of a queue URL matters'),
  },
  {
    service: 'dynamodb',
    text: 'A table is `ACTIVE` as soon as the answer to `CreateTable` (`CREATING`) is out. On AWS it takes seconds.',
    aws: 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html',
    test: here('services/dynamodb/tables.test.ts', 'answers CREATING, and the table is ACTIVE at once'),
  },
  {
    service: 'dynamodb',
    text: 'An expired item is deleted 24 to 48 hours of the account’s time after it expired. AWS deletes it within a few days.',
    aws: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html',
    test: here(
      'services/dynamodb/tables.test.ts',
      'keeps expired items readable for a day, and deletes them in the next',
    ),
  },
  {
    service: 'lambda',
    text: 'A function is `Pending` in the answer to `CreateFunction`, and its change `InProgress` in the answer to an update; the next call finds it active and the change done. On AWS it takes seconds.',
    aws: 'https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html',
    test: here(
      'services/lambda/states.test.ts',
      'is pending in the answer, and active by the next call, with another revision',
    ),
  },
  {
    service: 'lambda',
    text: 'An alias that points to two versions has no provisioned concurrency. On AWS the two share it by their weights.',
    aws: 'https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html',
    test: here('services/lambda/alias-routing.test.ts', 'has no provisioned concurrency here'),
  },
  {
    service: 'lambda',
    text: 'The memory’s share of a processor is computed, not enforced: duration and billed duration are scaled from the processor time that was measured. Cloud time does not pass for that: log events keep the times at which they were written.',
    aws: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html',
    test: here('services/lambda/report.test.ts', 'is scaled by memory: %s'),
  },
  {
    service: 'lambda',
    text: 'The runtime reads its invocations from a pipe. `AWS_LAMBDA_RUNTIME_API` is set, and nobody listens there: extensions and custom runtimes, which would need it, are not supported.',
    aws: 'https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html',
    test: here(
      'services/lambda/environments.test.ts',
      "is Lambda's variables, its own and nothing of this process",
    ),
  },
  {
    service: 'lambda',
    text: 'A handler may not start processes. On AWS it may.',
    aws: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html',
    test: here(
      'services/lambda/environments.test.ts',
      'is no way to start processes, not even by NODE_OPTIONS',
    ),
  },
  {
    service: 'lambda',
    text: '`Date` in a handler is the account’s time, set again at each invocation. Timers run in real time.',
    aws: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html',
    test: here('services/lambda/environments.test.ts', 'is set to the time of each invocation'),
  },
  {
    service: 'lambda',
    text: 'An idle environment ends after ten minutes of cloud time. AWS does not say when.',
    aws: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html',
    test: here(
      'services/lambda/environments.test.ts',
      'not when it has been idle for ten minutes; that is no reason for time to jump',
    ),
  },
  {
    service: 'lambda',
    text: 'A provisioned poller has ten invocations at once, and may read as much as it can. On AWS it also reads at most 1 MB a second.',
    aws: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html',
    test: here(
      'services/lambda/event-source-mapping/polling.test.ts',
      'provisioned mode: ten for each of the fewest pollers at once, up to ten for each of the most',
    ),
  },
  {
    service: 'lambda',
    text: 'A function gets an asynchronous event once when it succeeds. On AWS it may get it again even then.',
    aws: 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html',
    test: here('services/lambda/async/queue.test.ts', 'runs once when it succeeds'),
  },
  {
    service: 'apigateway',
    text: 'Each HTTP API listens on a port of its own on loopback. On AWS it has a host name.',
    aws: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop.html',
    test: here(
      'services/apigatewayv2/operations.test.ts',
      'answers on an origin of its own as long as it exists',
    ),
  },
  {
    service: 'logs',
    text: 'Each log event is an entry of the account’s journal too, which what is graded is read from.',
    aws: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/WhatIsCloudWatchLogs.html',
    test: here('services/logs/logs.test.ts', 'events are journaled'),
  },
  {
    service: 'monitoring',
    text: '`GetMetricData` does no metric math; an expression may name another query.',
    aws: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html',
    test: here(
      'services/cloudwatch/metrics/metrics.test.ts',
      'does no metric math, but an expression may name another query',
    ),
  },
  {
    service: 'iam',
    text: 'Of the policies that AWS manages only some are known; another one is refused by name.',
    aws: 'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html',
    test: here('services/iam/iam.test.ts', 'a policy of AWS that is not known here is refused by name'),
  },
  {
    service: 's3',
    text: 'A presigned URL expires in cloud time.',
    aws: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html',
    test: here('services/s3/permissions.test.ts', 'expires in the time of the cloud'),
  },
  {
    service: 'events',
    text: 'The delays between deliveries are drawn from the account’s seed. On AWS they are random.',
    aws: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html',
    test: here('services/eventbridge/delivery.test.ts', 'has the same delays with the same seed'),
  },
  {
    service: 'ssm',
    text: 'The parameters that AWS publishes (`/aws/service/…`) are not there and are refused by name.',
    aws: 'https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html',
    test: here(
      'cloudformation/plan.test.ts',
      "CDK's bootstrap version and its rule are answered, AWS's public SSM parameters are refused by name",
    ),
  },
  {
    service: 'cloudformation',
    text: 'CDK’s bootstrap stack need not be deployed: what it holds is there from the start.',
    aws: 'https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping.html',
    test: here(
      'cloudformation/plan.test.ts',
      "CDK's bootstrap version and its rule are answered, AWS's public SSM parameters are refused by name",
    ),
  },
  {
    service: 'xray',
    text: 'A trace can be read as soon as its segments were sent, and its subsegments stand in the segments that they belong to. On AWS it takes seconds.',
    aws: 'https://docs.aws.amazon.com/xray/latest/devguide/xray-api-gettingdata.html',
    test: here(
      'services/xray/xray.test.ts',
      'shows a subsegment that was sent on its own under its parent, whichever came first',
    ),
  },
  {
    service: 'xray',
    text: 'A function finds the daemon at a UDP port of this machine’s loopback. On AWS the daemon has an address of its own.',
    aws: 'https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon.html',
    test: here('services/lambda/tracing.test.ts', 'stands under the part that runs it'),
  },
  {
    service: 'xray',
    text: '`PutSpans`, the endpoint `/v1/traces`, takes OpenTelemetry’s spans at once, and each of them is in a trace. On AWS Transaction Search must be on: spans are log events then, and a share of them is indexed as traces.',
    aws: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Transaction-Search.html',
    test: here(
      'services/xray/put-spans.test.ts',
      'that serves a request is a segment of its service, in the trace of its id in the form of X-Ray',
    ),
  },
  {
    service: 'xray',
    text: 'Spans are taken as JSON and as protobuf. A request that is refused as a whole is answered in JSON, whichever of the two it was.',
    aws: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html',
    test: { file: 'tests/clients/otlp.test.ts', name: 'is refused when it is none' },
  },
];
