import type { EnvironmentConfig } from './environment.ts';
import { RUNTIME_FOLDER } from './node-process.ts';

/**
 * `YYYY/MM/DD/[version]<32 hex>`: https://docs.aws.amazon.com/lambda/latest/operatorguide/log-structure.html
 * In a group that several functions may share, the function's name stands before the version:
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
 */
export function logStreamName(
  { functionName, version, logging }: Pick<EnvironmentConfig, 'functionName' | 'version' | 'logging'>,
  id: string,
  at: number,
): string {
  const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '/');
  const name = logging.group === `/aws/lambda/${functionName}` ? '' : functionName;
  return `${day}/${name}[${version}]${id.replaceAll('-', '')}`;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
export function reservedVariables(
  config: EnvironmentConfig,
  { logStream, region, daemonAddress }: { logStream: string; region: string; daemonAddress: string },
): Record<string, string> {
  return {
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    PWD: config.taskRoot,
    SHLVL: '0',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    LAMBDA_TASK_ROOT: config.taskRoot,
    LAMBDA_RUNTIME_DIR: RUNTIME_FOLDER,
    // As on AWS; here nobody listens there, since the runtime has a channel of its own.
    AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
    _HANDLER: config.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: config.initializationType,
    AWS_LAMBDA_FUNCTION_NAME: config.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: config.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: config.logging.group,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    // The runtime formats and filters by these; in the text format they are not set.
    ...(config.logging.format === 'JSON' && {
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_LEVEL: config.logging.applicationLevel,
    }),
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: daemonAddress,
    _AWS_XRAY_DAEMON_ADDRESS: daemonAddress.split(':')[0] ?? '',
    _AWS_XRAY_DAEMON_PORT: daemonAddress.split(':')[1] ?? '',
    // A learner should not see what the SDK says of this machine's Node.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
