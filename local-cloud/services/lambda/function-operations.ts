import type {
  CreateFunctionRequest,
  DeleteFunctionRequest,
  DeleteFunctionResponse,
  FunctionConfiguration,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  GetFunctionResponse,
  ListFunctionsRequest,
  ListFunctionsResponse,
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse,
  PublishVersionRequest,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { AwsError, notSupported } from '../../errors.ts';
import type { Call, Cloud } from '../../service.ts';
import type { CodeDownloads } from './code-download.ts';
import type { Concurrency } from './concurrency.ts';
import {
  describeCreated,
  describeFunction,
  describeListed,
  describeUpdated,
} from './function-description.ts';
import type { Functions } from './functions.ts';
import { ALIAS_NAME, functionArn, isVersion, parseQualified } from './names.ts';
import { pageOf } from './paging.ts';
import type { Pool } from './pool.ts';
import type { ProvisionedConcurrency } from './provisioned.ts';
import { deleteVersion, type FunctionVersion, publishVersion } from './versions.ts';

interface Parts {
  cloud: Cloud;
  functions: Functions;
  pool: Pool;
  concurrency: Concurrency;
  provisioned: ProvisionedConcurrency;
  downloads: CodeDownloads;
}

/** Functions themselves: making, changing, publishing, listing and removing them. */
export function createFunctionOperations({
  cloud,
  functions,
  pool,
  concurrency,
  provisioned,
  downloads,
}: Parts) {
  /** The ARN of a version. */
  const qualified = ({ name, version }: FunctionVersion) => functionArn(cloud, name, version);

  const listed = (version: FunctionVersion) => describeListed(version, qualified(version));

  return {
    /** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
    async CreateFunction(input: CreateFunctionRequest, call: Call): Promise<FunctionConfiguration> {
      const entry = await functions.create(input, call);
      // The ARN is that of the function, also when a version was published with it.
      return describeCreated(cloud, input.Publish ? publishVersion(cloud, entry) : entry.latest, entry.arn);
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
    GetFunction(input: GetFunctionRequest): GetFunctionResponse {
      const stored = functions.get(input.FunctionName, input.Qualifier);
      const { name, tags } = functions.entry(stored.name);
      const reserved = concurrency.reservedFor(name);
      return {
        Configuration: describeFunction(cloud, stored, stored.arn),
        // A link to S3 on AWS, to the account itself here.
        Code: { RepositoryType: 'S3', Location: downloads.addressOf(stored.code) },
        ...(tags.size > 0 && { Tags: Object.fromEntries(tags) }),
        ...(reserved !== undefined && { Concurrency: { ReservedConcurrentExecutions: reserved } }),
      };
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html */
    GetFunctionConfiguration(input: GetFunctionConfigurationRequest): FunctionConfiguration {
      const stored = functions.get(input.FunctionName, input.Qualifier);
      return describeFunction(cloud, stored, stored.arn);
    },

    /**
     * Environments with the old code serve nobody any more; those that are busy end after their invocation.
     * https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
     */
    async UpdateFunctionCode(input: UpdateFunctionCodeRequest, call: Call): Promise<FunctionConfiguration> {
      const entry = await functions.updateCode(input, call);
      if (input.DryRun) return describeFunction(cloud, entry.latest, entry.arn);
      pool.retire(entry.name, '$LATEST');
      if (!input.Publish) return describeUpdated(cloud, entry.latest, entry.arn);
      const version = publishVersion(cloud, entry);
      return describeCreated(cloud, version, qualified(version));
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html */
    UpdateFunctionConfiguration(input: UpdateFunctionConfigurationRequest): FunctionConfiguration {
      const entry = functions.updateConfiguration(input);
      pool.retire(entry.name, '$LATEST');
      return describeUpdated(cloud, entry.latest, entry.arn);
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html */
    DeleteFunction(input: DeleteFunctionRequest): DeleteFunctionResponse {
      const { qualifier } = parseQualified(input.FunctionName, input.Qualifier);
      if (qualifier !== undefined && ALIAS_NAME.test(qualifier)) {
        throw new AwsError(
          'InvalidParameterValueException',
          'Deletion of aliases is not currently supported.',
        );
      }
      const entry = functions.entry(input.FunctionName);
      if (qualifier !== undefined) {
        deleteVersion(entry, qualifier);
        provisioned.remove(entry, qualifier);
        pool.retire(entry.name, qualifier);
        return { StatusCode: 204 };
      }
      functions.delete(entry);
      provisioned.removeAll(entry);
      concurrency.unreserve(entry.name);
      pool.retire(entry.name);
      return { StatusCode: 204 };
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html */
    PublishVersion(input: PublishVersionRequest): FunctionConfiguration {
      const version = publishVersion(cloud, functions.entry(input.FunctionName), input);
      return describeFunction(cloud, version, qualified(version));
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html */
    ListVersionsByFunction(input: ListVersionsByFunctionRequest): ListVersionsByFunctionResponse {
      const { latest, versions } = functions.entry(input.FunctionName);
      // `$LATEST` comes first, then the numbers in their order.
      const keyOf = ({ version }: FunctionVersion) => (isVersion(version) ? version : '').padStart(10, '0');
      const { page, NextMarker } = pageOf([latest, ...versions.values()], keyOf, input);
      return { Versions: page.map(listed), NextMarker };
    },

    /** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
    ListFunctions(input: ListFunctionsRequest): ListFunctionsResponse {
      if (input.MasterRegion) throw notSupported("ListFunctions' MasterRegion");
      if (input.FunctionVersion !== undefined && input.FunctionVersion !== 'ALL') {
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value '${input.FunctionVersion}' at 'functionVersion' failed to satisfy constraint: Member must satisfy enum value set: [ALL]`,
        );
      }
      const all = functions
        .all()
        .flatMap(({ arn, latest, versions }) =>
          input.FunctionVersion === 'ALL'
            ? [latest, ...versions.values()].map(listed)
            : [describeListed(latest, arn)],
        );
      const { page, NextMarker } = pageOf(all, ({ FunctionArn = '' }) => FunctionArn, input);
      return { Functions: page, NextMarker };
    },
  };
}
