import type { Fixtures } from '../../fixtures.ts';

/**
 * The writes to a table that took effect while an invocation of the function ran, and whether there were any: the
 * journal has things in the order in which they ended, however busy the machine is.
 * @param since number of the journal's entry before the invocation
 */
export async function writesOf(
  journal: Fixtures['journal'],
  { since, functionName, table }: { since: number; functionName: string; table: string },
): Promise<{ inTime: number; inAll: number }> {
  const { entries } = await journal(since);
  const answered = entries.find(
    (entry) => entry.type === 'invocation' && entry.functionName === functionName,
  )?.seq;
  const writes = entries.filter(
    (entry) =>
      entry.type === 'call' &&
      entry.error === undefined &&
      /^(Put|Update|Delete|BatchWrite|TransactWrite)Items?$/.test(entry.operation) &&
      entry.resources.some((arn) => arn.endsWith(`table/${table}`)),
  );
  return { inTime: writes.filter(({ seq }) => seq < (answered ?? 0)).length, inAll: writes.length };
}
