import type {
  DeleteParameterRequest,
  DeleteParametersRequest,
  DeleteParametersResult,
  LabelParameterVersionRequest,
  LabelParameterVersionResult,
  UnlabelParameterVersionRequest,
  UnlabelParameterVersionResult,
} from '@aws-sdk/client-ssm';
import { AwsError } from '../../errors.ts';
import { constraint, parameterNotFound, required, versionNotFound } from './errors.ts';
import { latest, type Parameter, type Parameters, type Version } from './parameters.ts';
import { checkNames } from './read-operations.ts';

const MOST_LABELS = 10;

export function createWriteOperations(parameters: Parameters) {
  return {
    /** @throws ParameterNotFound */
    DeleteParameter({ Name }: DeleteParameterRequest): Record<string, never> {
      if (!parameters.remove(required(Name, 'name'))) throw parameterNotFound();
      return {};
    },

    /** Names that are not there are no error: they are told back. */
    DeleteParameters({ Names }: DeleteParametersRequest): DeleteParametersResult {
      const deleted: string[] = [];
      const invalid: string[] = [];
      for (const name of checkNames(Names)) (parameters.remove(name) ? deleted : invalid).push(name);
      return { DeletedParameters: deleted, InvalidParameters: invalid };
    },

    /**
     * Gives a version names of its own; a label that another version has moves.
     * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html
     */
    LabelParameterVersion(input: LabelParameterVersionRequest): LabelParameterVersionResult {
      const parameter = parameters.get(required(input.Name, 'name'));
      const version = numbered(parameter, input.ParameterVersion);
      const labels = checkLabels(input.Labels);
      const valid = labels.filter(isLabel);
      if (new Set([...version.labels, ...valid]).size > MOST_LABELS) {
        throw new AwsError(
          'ParameterVersionLabelLimitExceeded',
          `A parameter version can have maximum ${MOST_LABELS} labels.Move one or more labels to another version and try again.`,
        );
      }
      for (const label of valid) {
        for (const other of parameter.versions) other.labels.delete(label);
        version.labels.add(label);
      }
      return {
        InvalidLabels: labels.filter((label) => !isLabel(label)),
        ParameterVersion: version.version,
      };
    },

    UnlabelParameterVersion(input: UnlabelParameterVersionRequest): UnlabelParameterVersionResult {
      const parameter = parameters.get(required(input.Name, 'name'));
      const { labels } = numbered(parameter, input.ParameterVersion);
      const removed: string[] = [];
      const invalid: string[] = [];
      for (const label of checkLabels(input.Labels)) (labels.delete(label) ? removed : invalid).push(label);
      return { RemovedLabels: removed, InvalidLabels: invalid };
    },
  };
}

function numbered(parameter: Parameter, number: number | undefined): Version {
  if (number === undefined) return latest(parameter);
  const found = parameter.versions.find(({ version }) => version === number);
  if (!found) throw versionNotFound(number, parameter.name);
  return found;
}

function checkLabels(labels: readonly string[] | undefined): readonly string[] {
  if (!labels?.length) throw constraint(labels, 'labels', 'have length greater than or equal to 1');
  if (labels.length > MOST_LABELS)
    throw constraint(labels, 'labels', `have length less than or equal to ${MOST_LABELS}`);
  return labels;
}

function isLabel(label: string): boolean {
  return /^[A-Za-z_.-][\w.-]{0,99}$/.test(label) && !/^(aws|ssm)/i.test(label);
}
