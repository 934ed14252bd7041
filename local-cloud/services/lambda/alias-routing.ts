import type { AliasRoutingConfiguration } from '@aws-sdk/client-lambda';
import { AwsError } from '../../errors.ts';
import type { Alias } from './aliases.ts';

/** A second version that an alias points to, and its share of the invocations. */
export interface AliasRouting {
  readonly version: string;
  /** From 0 to 1. */
  readonly weight: number;
}

/**
 * Reads the second version of an alias.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 * @param version the version that the alias points to first
 * @returns undefined when there is no second one
 * @throws AwsError ValidationException, InvalidParameterValueException
 */
export function readRouting(
  version: string,
  { AdditionalVersionWeights: weights = {} }: AliasRoutingConfiguration = {},
): AliasRouting | undefined {
  checkWeights(weights);
  const [first, ...more] = Object.entries(weights);
  if (more.length > 0) throw invalid('Number of items in AdditionalVersionWeights cannot be greater than 1');
  if (!first) return undefined;
  const [other, weight] = first;
  checkRouting(version, { version: other, weight });
  return { version: other, weight };
}

/** Checks that an alias may point to a version and to the second one beside it. */
export function checkRouting(version: string, routing: AliasRouting | undefined): void {
  if (!routing) return;
  if (version === '$LATEST') {
    const message = '$LATEST is not supported for an alias pointing to more than 1 version';
    // Without the `Type` that Lambda's errors bear.
    throw new AwsError('InvalidParameterValueException', message, { members: { Type: undefined } });
  }
  if (version === routing.version) {
    throw invalid(
      `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
    );
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_AliasConfiguration.html; without a second version there is none. */
export function describeRouting(routing: AliasRouting | undefined): AliasRoutingConfiguration | undefined {
  return routing && { AdditionalVersionWeights: { [routing.version]: routing.weight } };
}

/**
 * The version that an invocation of an alias runs on.
 * @param chance a number in [0, 1)
 */
export function routeTo({ version, routing }: Alias, chance: () => number): string {
  return routing && chance() < routing.weight ? routing.version : version;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_AliasRoutingConfiguration.html */
function checkWeights(weights: Readonly<Record<string, number>>): void {
  const shown = Object.entries(weights).map(
    ([version, weight]) => `${version}=${Number.isInteger(weight) ? weight.toFixed(1) : weight}`,
  );
  const refuse = (must: string) =>
    new AwsError(
      'ValidationException',
      `1 validation error detected: Value '{${shown.join(', ')}}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: ${must}`,
    );
  if (Object.keys(weights).some((version) => !/^\d{1,1024}$/.test(version))) {
    throw refuse(
      'Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+, Member must not be null]',
    );
  }
  if (Object.values(weights).some((weight) => !(weight >= 0 && weight <= 1))) {
    throw refuse(
      'Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]',
    );
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
