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
  ListTagsRequest,
  ListTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { notSupported } from '../../errors.ts';
import type { Concurrency } from './concurrency.ts';
import { describeFunction, describeFunctionWhole, type Functions } from './functions.ts';
import type { Pool } from './pool.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
const PAGE = 50;

/** Functions themselves: making, changing, listing and removing them, and their tags. */
export function createFunctionOperations(functions: Functions, pool: Pool, concurrency: Concurrency) {
  return {
    CreateFunction: (input: CreateFunctionRequest): FunctionConfiguration =>
      describeFunction(functions.create(input)),

    GetFunction(input: GetFunctionRequest): GetFunctionResponse {
      const stored = functions.get(input.FunctionName, input.Qualifier);
      return describeFunctionWhole(stored, concurrency.reservedFor(stored.name));
    },

    GetFunctionConfiguration: (input: GetFunctionConfigurationRequest): FunctionConfiguration =>
      describeFunction(functions.get(input.FunctionName, input.Qualifier)),

    /** Environments with the old code serve nobody any more; those that are busy end after their invocation. */
    UpdateFunctionCode(input: UpdateFunctionCodeRequest): FunctionConfiguration {
      const stored = functions.updateCode(input);
      if (!input.DryRun) pool.retire(stored.name);
      return describeFunction(stored);
    },

    UpdateFunctionConfiguration(input: UpdateFunctionConfigurationRequest): FunctionConfiguration {
      const stored = functions.updateConfiguration(input);
      pool.retire(stored.name);
      return describeFunction(stored);
    },

    DeleteFunction(input: DeleteFunctionRequest): DeleteFunctionResponse {
      if (input.Qualifier) throw notSupported('Deleting a version of a function');
      const stored = functions.delete(input.FunctionName);
      concurrency.unreserve(stored.name);
      pool.retire(stored.name);
      return { StatusCode: 204 };
    },

    ListFunctions(input: ListFunctionsRequest): ListFunctionsResponse {
      const { Marker: marker, MaxItems: most = PAGE } = input;
      if (input.FunctionVersion || input.MasterRegion) throw notSupported('ListFunctions of versions');
      const left = functions
        .all()
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .filter(({ name }) => marker === undefined || name > marker);
      const page = left.slice(0, Math.min(most, PAGE));
      return {
        Functions: page.map(describeFunction),
        ...(page.length < left.length && { NextMarker: page.at(-1)?.name }),
      };
    },

    TagResource(input: TagResourceRequest): void {
      const { tags } = functions.get(input.Resource);
      for (const [key, value] of Object.entries(input.Tags ?? {})) tags.set(key, value);
    },

    UntagResource(input: UntagResourceRequest): void {
      const { tags } = functions.get(input.Resource);
      for (const key of input.TagKeys ?? []) tags.delete(key);
    },

    ListTags: (input: ListTagsRequest): ListTagsResponse => ({
      Tags: Object.fromEntries(functions.get(input.Resource).tags),
    }),
  };
}
