/** @throws Error naming what is missing */
export function readConfiguration({ TABLE_NAME }: NodeJS.ProcessEnv): { tableName: string } {
  if (!TABLE_NAME) throw new TypeError('configuration: TABLE_NAME must be the name of a table');
  return { tableName: TABLE_NAME };
}
