import { AwsError } from '../../errors.ts';
import type { PropertyReader } from '../properties.ts';
import type { PropertyRule } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** `ProvisionedConcurrencyConfig` of a version or an alias. */
export const provisionedConcurrencyRule: Pick<PropertyRule, 'members'> = {
  members: ['ProvisionedConcurrentExecutions'],
};

/** How often to look whether processes have started. */
const POLL_MS = 20;

/**
 * Gives a version or an alias the provisioned concurrency that its properties ask for, or takes it away, and waits
 * until it is allocated.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-alias-provisionedconcurrencyconfiguration.html
 * @throws AwsError when its handler does not load, or the service refuses it
 */
export async function setProvisionedConcurrency(
  target: { FunctionName: string; Qualifier: string },
  properties: PropertyReader,
  previous: PropertyReader | undefined,
  { services, call }: ResourceContext,
): Promise<void> {
  const count = countOf(properties);
  const before = previous && countOf(previous);
  if (count === undefined) {
    if (before !== undefined) await services.lambda.DeleteProvisionedConcurrencyConfig(target, call());
    return;
  }
  if (count !== before) {
    await services.lambda.PutProvisionedConcurrencyConfig(
      { ...target, ProvisionedConcurrentExecutions: count },
      call(),
    );
  }
  for (;;) {
    const { Status, StatusReason } = await services.lambda.GetProvisionedConcurrencyConfig(target, call());
    if (Status === 'READY') return;
    if (Status === 'FAILED') {
      throw new AwsError(
        'NotStabilized',
        `Provisioned Concurrency configuration failed to be applied. Reason: ${StatusReason}`,
      );
    }
    // Real time: it waits for real processes.
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function countOf(properties: PropertyReader): number | undefined {
  const config = properties.value<{ ProvisionedConcurrentExecutions?: unknown }>(
    'ProvisionedConcurrencyConfig',
  );
  const count = config?.ProvisionedConcurrentExecutions;
  return count === undefined ? undefined : Number(count);
}
