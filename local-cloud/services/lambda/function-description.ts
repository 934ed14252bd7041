import type { FunctionConfiguration, LoggingConfig } from '@aws-sdk/client-lambda';
import type { Cloud } from '../../service.ts';
import type { LogSettings } from './log-settings.ts';
import { runtimeVersionArn } from './names.ts';
import type { FunctionVersion } from './versions.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export function describeFunction(cloud: Cloud, version: FunctionVersion, arn: string): FunctionConfiguration {
  return {
    ...describeListed(version, arn),
    RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(cloud, version.settings.runtime) },
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
}

/** An update says so, too. */
const CREATING = { reason: 'The function is being created.', code: 'Creating' as string };

/**
 * What the call that makes a function or a version answers. What it made is active by the next call, and has another
 * revision then. https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
export function describeCreated(cloud: Cloud, version: FunctionVersion, arn: string): FunctionConfiguration {
  const { LastUpdateStatus: _status, ...described } = describeFunction(cloud, version, arn);
  return {
    ...described,
    RevisionId: cloud.uuid(),
    State: 'Pending',
    StateReason: CREATING.reason,
    StateReasonCode: CREATING.code as FunctionConfiguration['StateReasonCode'],
  };
}

/**
 * What the call that changes a function answers. The change is there by the next call, and the revision another one.
 * https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html#functions-states-updating
 */
export function describeUpdated(cloud: Cloud, version: FunctionVersion, arn: string): FunctionConfiguration {
  return {
    ...describeFunction(cloud, version, arn),
    RevisionId: cloud.uuid(),
    LastUpdateStatus: 'InProgress',
    LastUpdateStatusReason: CREATING.reason,
    LastUpdateStatusReasonCode: CREATING.code as FunctionConfiguration['LastUpdateStatusReasonCode'],
  };
}

/**
 * A function as lists show it: without its state and the version of its runtime.
 * https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
 */
export function describeListed(version: FunctionVersion, arn: string): FunctionConfiguration {
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
    ...(settings.variables && { Environment: { Variables: { ...settings.variables } } }),
    ...(settings.deadLetterArn && { DeadLetterConfig: { TargetArn: settings.deadLetterArn } }),
    TracingConfig: { Mode: settings.tracing },
    RevisionId: version.revisionId,
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
