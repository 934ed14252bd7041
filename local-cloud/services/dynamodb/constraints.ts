import { validationError } from './errors.ts';

const NAME_PATTERN = '[a-zA-Z0-9_.-]+';
const NAME = new RegExp(`^${NAME_PATTERN}$`);

/** Checks a request's members one by one and reports all that fail together, as AWS does. */
export interface Constraints {
  notNull(at: string, value: unknown): void;
  oneOf(at: string, value: string | undefined, values: readonly string[]): void;
  between(at: string, value: number | undefined, least: number, most?: number): void;
  length(at: string, value: string | readonly unknown[] | undefined, least: number, most: number): void;
  /** A table's or index's name; a table may also be named by its ARN. */
  name(at: string, value: string | undefined): void;
  fail(at: string, value: unknown, rule: string): void;
  /** @throws ValidationException that lists what failed */
  end(): void;
}

/** Whether a table may have this name, or be named by it: an ARN may stand for a name. */
export function isTableName(name: string): boolean {
  return name.startsWith('arn:') || (NAME.test(name) && name.length >= 3 && name.length <= 255);
}

export function createConstraints(): Constraints {
  const failures: string[] = [];
  function fail(at: string, value: unknown, rule: string): void {
    const shown = value === undefined || value === null ? 'null' : `'${show(value)}'`;
    failures.push(`Value ${shown} at '${at}' failed to satisfy constraint: ${rule}`);
  }
  function length(
    at: string,
    value: string | readonly unknown[] | undefined,
    least: number,
    most: number,
  ): void {
    if (value === undefined) return;
    if (value.length < least) fail(at, value, `Member must have length greater than or equal to ${least}`);
    if (value.length > most) fail(at, value, `Member must have length less than or equal to ${most}`);
  }
  return {
    fail,
    length,
    notNull(at, value) {
      if (value === undefined || value === null) fail(at, value, 'Member must not be null');
    },
    oneOf(at, value, values) {
      if (value === undefined || values.includes(value)) return;
      fail(at, value, `Member must satisfy enum value set: [${values.join(', ')}]`);
    },
    between(at, value, least, most = Number.POSITIVE_INFINITY) {
      if (value === undefined) return;
      if (value < least) fail(at, value, `Member must have value greater than or equal to ${least}`);
      if (value > most) fail(at, value, `Member must have value less than or equal to ${most}`);
    },
    name(at, value) {
      if (value === undefined || value.startsWith('arn:')) return;
      if (!NAME.test(value)) {
        fail(at, value, `Member must satisfy regular expression pattern: ${NAME_PATTERN}`);
      }
      length(at, value, 3, 255);
    },
    end() {
      if (failures.length === 0) return;
      // AWS stops looking at the tenth.
      const shown = failures.slice(0, 10);
      const count = `${shown.length} validation error${shown.length > 1 ? 's' : ''}`;
      throw validationError(`${count} detected: ${shown.join('; ')}`);
    },
  };
}

/**
 * The name of the table of an operation on tables, where AWS words a wrong name differently.
 * @throws ValidationException
 */
export function requiredTableName(name: string | undefined): string {
  requireTableName(name);
  const constraints = createConstraints();
  constraints.name('tableName', name);
  constraints.end();
  return name;
}

/** What AWS checks of that name before any other member. @throws ValidationException */
export function requireTableName(name: string | undefined): asserts name is string {
  if (name === undefined) {
    throw validationError("The parameter 'TableName' is required but was not present in the request");
  }
  if (name.startsWith('arn:')) return;
  if (name.length < 3 || name.length > 255) {
    throw validationError('TableName must be at least 3 characters long and at most 255 characters long');
  }
}

const RETURN_CAPACITY = ['INDEXES', 'TOTAL', 'NONE'];

/** Members that most operations on items have. */
export function commonConstraints(
  constraints: Constraints,
  input: { TableName?: string; ReturnConsumedCapacity?: string },
): void {
  constraints.oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity, RETURN_CAPACITY);
  constraints.notNull('tableName', input.TableName);
  constraints.name('tableName', input.TableName);
}

/** A member of writes, whose place in the list of failures depends on the operation. */
export function metricsConstraint(
  constraints: Constraints,
  { ReturnItemCollectionMetrics }: { ReturnItemCollectionMetrics?: string },
): void {
  constraints.oneOf('returnItemCollectionMetrics', ReturnItemCollectionMetrics, ['SIZE', 'NONE']);
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
