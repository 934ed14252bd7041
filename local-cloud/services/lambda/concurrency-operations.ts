import type {
  Concurrency as ConcurrencySetting,
  DeleteFunctionConcurrencyRequest,
  GetAccountSettingsRequest,
  GetAccountSettingsResponse,
  GetFunctionConcurrencyRequest,
  GetFunctionConcurrencyResponse,
  PutFunctionConcurrencyRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import { LARGEST_UNZIPPED_BYTES, LARGEST_ZIPPED_BYTES } from './code.ts';
import type { Concurrency } from './concurrency.ts';
import { type FunctionEntry, type Functions, functionNotFound } from './functions.ts';
import { checkRegion, functionArn, parseFunctionReference } from './names.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const CODE_STORAGE_BYTES = 80_530_636_800;

/** How many invocations may run at once. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export function createConcurrencyOperations(cloud: Cloud, functions: Functions, concurrency: Concurrency) {
  /** The function itself: a reservation is for all its versions together. */
  function reservable(reference: string | undefined): FunctionEntry {
    const parsed = parseFunctionReference(reference);
    if (parsed.qualifier !== undefined) {
      throw new AwsError(
        'InvalidParameterValueException',
        'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
      );
    }
    checkRegion(cloud, parsed);
    const entry = functions.find(parsed.name);
    if (!entry) throw functionNotFound(functionArn(cloud, parsed.name, '$LATEST'));
    return entry;
  }

  return {
    PutFunctionConcurrency(input: PutFunctionConcurrencyRequest): ConcurrencySetting {
      const { name } = reservable(input.FunctionName);
      const slots = input.ReservedConcurrentExecutions;
      if (slots === undefined || slots < 0 || !Number.isInteger(slots)) {
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value '${slots}' at 'reservedConcurrentExecutions' failed to satisfy constraint: Member must have value greater than or equal to 0`,
        );
      }
      concurrency.reserve(name, slots);
      return { ReservedConcurrentExecutions: slots };
    },

    GetFunctionConcurrency(input: GetFunctionConcurrencyRequest): GetFunctionConcurrencyResponse {
      const reserved = concurrency.reservedFor(functions.entry(input.FunctionName).name);
      return reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved };
    },

    DeleteFunctionConcurrency(input: DeleteFunctionConcurrencyRequest): void {
      concurrency.unreserve(reservable(input.FunctionName).name);
    },

    GetAccountSettings(_input: GetAccountSettingsRequest): GetAccountSettingsResponse {
      const all = functions.all();
      return {
        AccountLimit: {
          TotalCodeSize: CODE_STORAGE_BYTES,
          CodeSizeUnzipped: LARGEST_UNZIPPED_BYTES,
          CodeSizeZipped: LARGEST_ZIPPED_BYTES,
          ConcurrentExecutions: concurrency.limit,
          UnreservedConcurrentExecutions: concurrency.unreserved,
        },
        AccountUsage: {
          TotalCodeSize: all
            .flatMap(({ latest, versions }) => [latest, ...versions.values()])
            .reduce((sum, { code }) => sum + code.sizeBytes, 0),
          FunctionCount: all.length,
        },
      };
    },
  };
}
