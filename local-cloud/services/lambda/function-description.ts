import type { FunctionConfiguration, LoggingConfig } from '@aws-sdk/client-lambda';
import type { LogSettings } from './log-settings.ts';
import type { FunctionVersion } from './versions.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export function describeFunction(version: FunctionVersion, arn: string): FunctionConfiguration {
  const { settings, code } = version;
  return {
    FunctionName: version.name,
    FunctionArn: arn,
    Runtime: settings.runtime as FunctionConfiguration['Runtime'],
    Role: settings.roleArn,
    Handler: settings.handler,
    CodeSize: code.sizeBytes,
    CodeSha256: code.sha256,
    Description: settings.description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMb,
    LastModified: lambdaDate(version.lastModified),
    Version: version.version,
    ...(Object.keys(settings.variables).length > 0 && {
      Environment: { Variables: { ...settings.variables } },
    }),
    ...(settings.deadLetterArn && { DeadLetterConfig: { TargetArn: settings.deadLetterArn } }),
    TracingConfig: { Mode: settings.tracing },
    RevisionId: version.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [...version.architectures],
    EphemeralStorage: { Size: settings.ephemeralStorageMb },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: describeLogging(settings.logging),
  };
}

/** Times as Lambda writes them: `2026-11-23T09:46:49.000+0000`. */
export function lambdaDate(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000');
}

function describeLogging({ format, applicationLevel, systemLevel, group }: LogSettings): LoggingConfig {
  if (format === 'Text') return { LogFormat: 'Text', LogGroup: group };
  return {
    LogFormat: 'JSON',
    ApplicationLogLevel: applicationLevel,
    SystemLogLevel: systemLevel,
    LogGroup: group,
  };
}
