import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount } from '../../local-cloud/account.ts';

/** How a command ended. */
export interface Ended {
  code: number;
  stdout: string;
  /** Standard output and standard error, in this order. */
  output: string;
}

/** An account that listens, and the environment in which a client is pointed at it: nothing else is told to it. */
export async function openAccount() {
  const account = createAccount();
  const endpoint = await account.listen();
  const home = mkdtempSync(join(tmpdir(), 'clients-'));
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    // The CDK CLI keeps which key belongs to which account in its home folder.
    HOME: home,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_PAGER: '',
    // Nothing here may leave the machine.
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: '1',
    CDK_VALIDATION: 'false',
    CI: 'true',
  };
  return {
    account,
    endpoint,
    home,
    run: (command: string, args: readonly string[], cwd = home): Promise<Ended> =>
      new Promise((resolve) => {
        execFile(command, args, { cwd, env: environment }, (error, stdout, stderr) => {
          const code = typeof error?.code === 'number' ? error.code : error ? 1 : 0;
          resolve({ code, stdout, output: stdout + stderr });
        });
      }),
    async close(): Promise<void> {
      await account.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export type OpenAccount = Awaited<ReturnType<typeof openAccount>>;
