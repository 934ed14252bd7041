import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createAccount } from './account.ts';

const USAGE = `npm run cloud -- [options]

  --port <n>         port on loopback; 0 picks a free one          (default 4566)
  --clock <mode>     real, or warp: time jumps while a caller waits (default real)
  --region <name>    region of the account                          (default us-east-1)
  --account <id>     twelve digits                                  (default 123456789012)
  --seed <n>         seeds everything random                        (default 42)
  --no-iam           allow every call, whatever the policies say
  --control <token>  let tests inject faults, move time and read the journal at
                     /_control/<action>, with this token in x-control-token
  --help             this text

The signal SIGUSR2 empties the account, at the same address.`;

const Options = z.object({
  port: z.coerce
    .number('--port takes a number.')
    .int()
    .min(0)
    .max(65535, '--port takes a number up to 65535.'),
  clock: z.enum(['real', 'warp'], '--clock takes real or warp.'),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, '--region takes a name such as us-east-1.'),
  account: z.string().regex(/^\d{12}$/, '--account takes twelve digits.'),
  seed: z.coerce.number('--seed takes a whole number.').int('--seed takes a whole number.'),
  iam: z.boolean(),
  control: z.string().min(1, '--control takes a token.').optional(),
  help: z.boolean(),
});

/** `npm run cloud`: the account as a server, until a signal stops it. */
async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) {
    process.stderr.write(`${USAGE}\n`);
    return;
  }
  const open = () =>
    createAccount({
      clock: options.clock,
      region: options.region,
      accountId: options.account,
      seed: options.seed,
      enforceIam: options.iam,
      controlToken: options.control,
    });
  let account = open();
  let stopping = false;
  /** Ends when the last reset has. */
  let settled = Promise.resolve();
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void settled.then(() => account.close()).finally(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const url = await account.listen(options.port).catch(async (error: NodeJS.ErrnoException) => {
    await account.close();
    return fail(
      error.code === 'EADDRINUSE'
        ? `Port ${options.port} is taken. Stop what uses it, or choose another: npm run cloud -- --port 0`
        : `Cannot listen on port ${options.port}: ${error.message}`,
    );
  });
  process.on('SIGUSR2', () => {
    settled = settled.then(async () => {
      if (stopping) return;
      await account.close();
      account = open();
      await account.listen(Number(new URL(url).port));
      process.stderr.write('The account is empty again.\n');
    });
  });
  process.stderr.write(`Point any AWS client at this account:

  export AWS_ENDPOINT_URL=${url}
  export AWS_REGION=${options.region} AWS_DEFAULT_REGION=${options.region}
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local

State lives in memory and is gone when this stops (Ctrl-C). To begin with an empty account: kill -USR2 ${process.pid}
`);
  process.stdout.write(`ready ${url}\n`);
}

function readOptions(): z.infer<typeof Options> {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '4566' },
        clock: { type: 'string', default: 'real' },
        region: { type: 'string', default: 'us-east-1' },
        account: { type: 'string', default: '123456789012' },
        seed: { type: 'string', default: '42' },
        iam: { type: 'boolean', default: true },
        control: { type: 'string' },
        help: { type: 'boolean', default: false, short: 'h' },
      },
      allowNegative: true,
    });
    return Options.parse(values);
  } catch (error) {
    if (error instanceof z.ZodError) return fail(error.issues[0]?.message ?? 'The options are wrong.');
    return fail(`${error instanceof Error ? error.message.split('.')[0] : String(error)}. Try --help.`);
  }
}

/** One clear line on standard error, and exit code 2: nothing was started. */
function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

await main();
