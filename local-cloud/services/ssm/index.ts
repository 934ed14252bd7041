import { AwsError } from '../../errors.ts';
import { arnOf, type Cloud, type Permission, type Permissions, type Service } from '../../service.ts';
import { parameterArn, readReference } from './names.ts';
import { createParameters } from './parameters.ts';
import { createPutOperation } from './put-operation.ts';
import { createReadOperations } from './read-operations.ts';
import { createTagOperations } from './tags.ts';
import { createWriteOperations } from './write-operations.ts';

export type SsmOperations = ReturnType<typeof createOperations>;

/**
 * Makes the account's Parameter Store. The rest of Systems Manager is refused by name. SecureStrings are encrypted
 * with the account's own key, which every caller of the account may use through SSM.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
 */
export function createSsm(cloud: Cloud): Service<SsmOperations> {
  const operations = createOperations(cloud);
  return {
    name: 'ssm',
    operations,
    permissions: permissionsOf(cloud, operations),
    accessDenied: { code: 'AccessDeniedException', status: 400 },
  };
}

function createOperations(cloud: Cloud) {
  const parameters = createParameters(cloud);
  return {
    ...createPutOperation(cloud, parameters),
    ...createReadOperations(cloud, parameters),
    ...createWriteOperations(parameters),
    ...createTagOperations(parameters),
  };
}

interface NamesParameters {
  Name?: string;
  Names?: string[];
  Path?: string;
  ResourceId?: string;
}

/**
 * Each operation needs the action of its name, on each parameter that it names.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
function permissionsOf(cloud: Cloud, operations: SsmOperations): Permissions<SsmOperations> {
  const arnsOf = ({ Name, Names, Path, ResourceId }: NamesParameters): string[] => {
    if (Path !== undefined) return [parameterArn(cloud, Path)];
    const names = Names ?? [Name ?? ResourceId].filter((name) => name !== undefined);
    return names.length > 0
      ? names.map((name) => parameterArn(cloud, nameIn(cloud, name)))
      : [arnOf(cloud, 'ssm', '*')];
  };
  const entries = Object.keys(operations).map((name) => [
    name,
    (input: NamesParameters): readonly Permission[] =>
      arnsOf(input).map((resource) => ({ action: `ssm:${name}`, resource })),
  ]);
  return Object.fromEntries(entries) as Permissions<SsmOperations>;
}

/** What cannot be read as a name is refused by the operation itself, after IAM. */
function nameIn(cloud: Cloud, given: string): string {
  try {
    return readReference(cloud, given).name;
  } catch (error) {
    if (error instanceof AwsError) return given;
    throw error;
  }
}
