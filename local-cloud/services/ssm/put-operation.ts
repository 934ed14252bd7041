import type { ParameterTier, PutParameterRequest, PutParameterResult } from '@aws-sdk/client-ssm';
import { AwsError, notSupported } from '../../errors.ts';
import type { Call, Cloud } from '../../service.ts';
import { constraint, required, validation } from './errors.ts';
import { checkNewName } from './names.ts';
import { DEFAULT_KEY, latest, type Parameter, type Parameters, type Version } from './parameters.ts';
import { setTags } from './tags.ts';

const TYPES = ['String', 'StringList', 'SecureString'] as const;
const TIERS = ['Standard', 'Advanced', 'Intelligent-Tiering'] as const;

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html */
const MOST_PARAMETERS = 10_000;
const MOST_VERSIONS = 100;

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
const LARGEST_VALUE_BYTES = { Standard: 4096, Advanced: 8192 };

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export function createPutOperation(cloud: Cloud, parameters: Parameters) {
  return {
    /** @throws ValidationException, ParameterAlreadyExists, ParameterPatternMismatchException and what a name may be refused with */
    PutParameter(input: PutParameterRequest, { principal }: Call): PutParameterResult {
      const name = required(input.Name, 'name');
      const value = required(input.Value, 'value');
      refuseUnsupported(input);
      if (input.Overwrite && input.Tags?.length) {
        throw validation(
          "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
        );
      }
      checkNewName(cloud, name);
      const existing = parameters.find(name);
      if (existing && !input.Overwrite) {
        throw new AwsError(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        );
      }
      const previous = existing && latest(existing);
      const type = typeOf(input, previous);
      const allowedPattern = input.AllowedPattern ?? previous?.allowedPattern;
      checkPattern(value, allowedPattern);
      const version: Version = {
        version: (previous?.version ?? 0) + 1,
        type,
        value,
        ...(type === 'SecureString' && { sealed: parameters.seal(value) }),
        tier: tierOf(input, previous, value),
        modifiedAt: new Date(cloud.clock.now()),
        modifiedBy: principal.arn,
        description: input.Description ?? previous?.description,
        allowedPattern,
        labels: new Set(),
      };
      if (existing) addVersion(existing, version);
      else addParameter(name, version, input);
      return { Version: version.version, Tier: version.tier };
    },
  };

  function addParameter(name: string, version: Version, { Tags }: PutParameterRequest): void {
    if (parameters.count() >= MOST_PARAMETERS) {
      throw new AwsError(
        'ParameterLimitExceeded',
        'You have exceeded the number of parameters for this AWS account. Delete one or more parameters and try again.',
      );
    }
    const parameter: Parameter = { name, versions: [version], tags: new Map() };
    setTags(parameter.tags, Tags);
    parameters.add(parameter);
  }
}

function addVersion({ name, versions }: Parameter, version: Version): void {
  const [oldest] = versions;
  if (oldest && versions.length >= MOST_VERSIONS) {
    if (oldest.labels.size > 0) {
      throw new AwsError(
        'ParameterMaxVersionLimitExceeded',
        `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
      );
    }
    versions.shift();
  }
  versions.push(version);
}

function refuseUnsupported({ KeyId, DataType = 'text', Policies }: PutParameterRequest): void {
  if (KeyId !== undefined && KeyId !== DEFAULT_KEY) throw notSupported(`The key ${KeyId} of a parameter`);
  if (DataType !== 'text') throw notSupported(`The data type ${DataType} of a parameter`);
  if (Policies && Policies !== '[]') throw notSupported('Policies of a parameter');
}

function typeOf({ Type }: PutParameterRequest, previous: Version | undefined): Version['type'] {
  if (Type === undefined) {
    if (previous) return previous.type;
    throw validation('A parameter type is required when you create a parameter.');
  }
  if (!TYPES.includes(Type)) {
    throw constraint(Type, 'type', `satisfy enum value set: [SecureString, StringList, String]`);
  }
  if (previous && previous.type !== Type) {
    throw new AwsError(
      'HierarchyTypeMismatchException',
      `Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a parameter from a ${previous.type} type to a ${Type} type. You must create a new, unique parameter.`,
    );
  }
  return Type;
}

function tierOf(
  { Tier }: PutParameterRequest,
  previous: Version | undefined,
  value: string,
): Exclude<ParameterTier, 'Intelligent-Tiering'> {
  if (Tier !== undefined && !TIERS.includes(Tier)) {
    throw constraint(Tier, 'tier', `satisfy enum value set: [Standard, Advanced, Intelligent-Tiering]`);
  }
  const size = Buffer.byteLength(value);
  const before = previous?.tier === 'Advanced' ? 'Advanced' : 'Standard';
  const wanted = Tier ?? before;
  if (wanted === 'Standard' && before === 'Advanced') {
    throw validation(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    );
  }
  const fits = before === 'Standard' && size <= LARGEST_VALUE_BYTES.Standard;
  const tier = wanted === 'Intelligent-Tiering' ? (fits ? 'Standard' : 'Advanced') : wanted;
  if (size <= LARGEST_VALUE_BYTES[tier]) return tier;
  throw validation(
    tier === 'Standard'
      ? 'Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html'
      : 'Advanced tier parameters support a maximum parameter value of 8192 characters.',
  );
}

function checkPattern(value: string, pattern: string | undefined): void {
  if (!pattern) return;
  let expression: RegExp;
  try {
    expression = new RegExp(`^(?:${pattern})$`);
  } catch {
    throw new AwsError('InvalidAllowedPatternException', `The allowed pattern is not valid: ${pattern}`);
  }
  if (expression.test(value)) return;
  throw new AwsError(
    'ParameterPatternMismatchException',
    `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
  );
}
