import type {
  DescribeParametersRequest,
  DescribeParametersResult,
  GetParameterHistoryRequest,
  GetParameterHistoryResult,
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  GetParametersRequest,
  GetParametersResult,
  ParameterHistory,
  Parameter as ParameterShape,
} from '@aws-sdk/client-ssm';
import { AwsError, notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';
import { constraint, validation } from './errors.ts';
import { asStringFilters, readFilters } from './filters.ts';
import { checkPath, liesUnder, otherName, parameterArn, readReference } from './names.ts';
import { pageOf } from './paging.ts';
import {
  DEFAULT_KEY,
  latest,
  type Parameter,
  type Parameters,
  type Version,
  versionOf,
} from './parameters.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const MOST_NAMES = 10;
const LARGEST_PAGE = 50;
/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
const LARGEST_PAGE_BY_PATH = 10;

const FILTERS = ['tag', 'DataType', 'KeyId', 'Label', 'Name', 'Path', 'Tier', 'Type'];
const FILTERS_BY_PATH = ['DataType', 'KeyId', 'Label', 'Type'];

export function createReadOperations(cloud: Cloud, parameters: Parameters) {
  function read(given: string | undefined, decrypted: boolean): ParameterShape {
    const reference = readReference(cloud, given);
    const { name, selector } = reference;
    const own = parameters.find(name);
    const parameter = own ?? parameters.get(otherName(name) ?? name);
    const found = parameters.shapeOf(parameter, versionOf(parameter, reference), decrypted);
    // A parameter is called as its reader calls it; an ARN calls it by its own name.
    const shape = own || given?.startsWith('arn:') ? found : { ...found, Name: name };
    return selector === undefined ? shape : { ...shape, Selector: `:${selector}` };
  }

  return {
    /** @throws ParameterNotFound, ParameterVersionNotFound */
    GetParameter: ({ Name, WithDecryption = false }: GetParameterRequest): GetParameterResult => ({
      Parameter: read(Name, WithDecryption),
    }),

    /** Names that are not there are no error: they are told back. */
    GetParameters({ Names, WithDecryption = false }: GetParametersRequest): GetParametersResult {
      const names = checkNames(Names);
      const found: ParameterShape[] = [];
      const invalid: string[] = [];
      for (const name of names) {
        try {
          found.push(read(name, WithDecryption));
        } catch (error) {
          if (!isNotFound(error)) throw error;
          invalid.push(name);
        }
      }
      return { Parameters: found, InvalidParameters: invalid };
    },

    GetParametersByPath(input: GetParametersByPathRequest): GetParametersByPathResult {
      const path = checkPath(input.Path);
      const accepts = readFilters(input.ParameterFilters, FILTERS_BY_PATH);
      const found = parameters
        .all()
        .filter((parameter) => liesUnder(parameter.name, path, input.Recursive ?? false))
        .filter(accepts);
      const { page, NextToken } = pageOf(found, input, LARGEST_PAGE_BY_PATH);
      return {
        Parameters: page.map((parameter) =>
          parameters.shapeOf(parameter, latest(parameter), input.WithDecryption ?? false),
        ),
        NextToken,
      };
    },

    GetParameterHistory(input: GetParameterHistoryRequest): GetParameterHistoryResult {
      const parameter = parameters.get(readReference(cloud, input.Name).name);
      const { page, NextToken } = pageOf(parameter.versions, input, LARGEST_PAGE);
      return {
        Parameters: page.map((version) => historyOf(parameter, version, input.WithDecryption ?? false)),
        NextToken,
      };
    },

    DescribeParameters(input: DescribeParametersRequest): DescribeParametersResult {
      const { Filters, ParameterFilters, Shared } = input;
      if (Shared) throw notSupported('Parameters that other accounts share');
      if (Filters?.length && ParameterFilters?.length) {
        throw validation('You can use either Filters or ParameterFilters in a single request.');
      }
      const accepts = readFilters(
        ParameterFilters?.length ? ParameterFilters : asStringFilters(Filters),
        FILTERS,
      );
      const { page, NextToken } = pageOf(parameters.all().filter(accepts), input, LARGEST_PAGE);
      return {
        Parameters: page.map((parameter) => ({
          ARN: parameterArn(cloud, parameter.name),
          ...metadataOf(parameter, latest(parameter)),
        })),
        NextToken,
      };
    },
  };

  function historyOf(parameter: Parameter, version: Version, decrypted: boolean): ParameterHistory {
    const { Value } = parameters.shapeOf(parameter, version, decrypted);
    return { ...metadataOf(parameter, version), Value, Labels: [...version.labels] };
  }
}

function metadataOf({ name }: Parameter, version: Version) {
  return {
    Name: name,
    Type: version.type,
    ...(version.type === 'SecureString' && { KeyId: DEFAULT_KEY }),
    LastModifiedDate: version.modifiedAt,
    LastModifiedUser: version.modifiedBy,
    Description: version.description,
    AllowedPattern: version.allowedPattern,
    Version: version.version,
    Tier: version.tier,
    Policies: [],
    DataType: 'text',
  };
}

/** @throws ValidationException for a list that is empty or too long */
export function checkNames(names: readonly string[] | undefined): readonly string[] {
  if (!names) throw constraint(undefined, 'names', 'not be null');
  if (names.length === 0) throw constraint(names, 'names', 'have length greater than or equal to 1');
  if (names.length > MOST_NAMES) {
    throw constraint(names, 'names', `have length less than or equal to ${MOST_NAMES}`);
  }
  return names;
}

function isNotFound(error: unknown): boolean {
  return error instanceof AwsError && /^Parameter(Version)?NotFound$/.test(error.name);
}
