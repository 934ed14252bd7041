// A process that waits for its function makes one call with each of the SDK's clients that it has loaded, to a server
// of its own: their code is compiled by the time the function's first call needs it. It leaves nothing behind.
import { createServer } from 'node:http';

/** What the SDK reads from the environment when a client is made or used. */
const VARIABLES = {
  AWS_ACCESS_KEY_ID: 'rehearsal',
  AWS_SECRET_ACCESS_KEY: 'rehearsal',
  AWS_REGION: 'us-east-1',
  // No configuration of this machine's user.
  HOME: '/var/empty',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};
/** The second call finds an open connection, as most calls do. */
const CALLS = 2;

/** @param {readonly Record<string, unknown>[]} modules loaded packages of the runtime */
export async function rehearse(modules) {
  const clients = modules.flatMap((module) => {
    const Client = exported(module, /^(?!__).+Client$/);
    // Most of them need no input.
    const Command = exported(module, /^List\w+Command$/);
    return Client && Command ? [{ Client, Command }] : [];
  });
  if (clients.length === 0) return;
  const before = { ...process.env };
  const server = createServer((_request, response) => response.end('{}'));
  try {
    await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    Object.assign(process.env, VARIABLES);
    const endpoint = `http://127.0.0.1:${server.address().port}`;
    for (const { Client, Command } of clients) {
      const client = new Client({ endpoint, maxAttempts: 1 });
      for (let call = 0; call < CALLS; call++) await client.send(new Command({})).catch(() => {});
      client.destroy();
    }
  } catch {
    // Without a rehearsal the first call takes a little longer.
  }
  for (const name of Object.keys(VARIABLES)) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  server.close();
  server.closeAllConnections();
}

function exported(module, name) {
  const found = Object.entries(module).find(([key, value]) => name.test(key) && typeof value === 'function');
  return found?.[1];
}
