import type { Cloud } from '../../service.ts';
import { arnOf } from '../../service.ts';
import { tableNotFound } from './errors.ts';
import type { Index, Table } from './storage/table.ts';

/** All tables of the account, by name. */
export interface Tables {
  readonly byName: Map<string, Table>;
  /** For operations on items. @throws ResourceNotFoundException that does not name the table */
  forItems(nameOrArn: string): Table;
  /** For operations on tables. @throws ResourceNotFoundException that names the table */
  named(nameOrArn: string): Table;
  /** The ARN that a table has or would have. */
  arn(nameOrArn: string): string;
}

export function createTables(cloud: Cloud): Tables {
  const byName = new Map<string, Table>();
  const arn = (nameOrArn: string) =>
    nameOrArn.startsWith('arn:') ? nameOrArn : arnOf(cloud, 'dynamodb', `table/${nameOrArn}`);
  /** A table of another account or region is not found here. */
  const find = (nameOrArn: string) => {
    const table = byName.get(nameOrArn.replace(/^arn:.*:table\//, ''));
    return table?.arn === arn(nameOrArn) ? table : undefined;
  };
  return {
    byName,
    arn,
    forItems(nameOrArn) {
      const table = find(nameOrArn);
      if (!table) throw tableNotFound();
      return table;
    },
    named(nameOrArn) {
      const table = find(nameOrArn);
      if (!table) throw tableNotFound(nameOrArn);
      return table;
    },
  };
}

export function indexArn(table: Table, { name }: Index): string {
  return `${table.arn}/index/${name}`;
}
