/** What reached the table; a fake that stands in for lib-dynamodb's client, whoever makes it and however. */
export const table = {
  puts: [] as { TableName?: string; Item?: Record<string, unknown> }[],
  put: async (_input: unknown): Promise<object> => ({}),
};
export class FakeDocumentClient {
  static from() {
    return new FakeDocumentClient();
  }
  async send(command: { input: { TableName?: string; Item?: Record<string, unknown> } }) {
    table.puts.push(structuredClone(command.input));
    return table.put(command.input);
  }
  destroy() {}
}
