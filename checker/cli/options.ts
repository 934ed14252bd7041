import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { kinds } from '../report.ts';

const reporterNames = ['pretty', 'json', 'junit', 'github'] as const;

/** Something in the command, or in what it points at, makes grading impossible. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const usage = `npm run check -- [lab …] [options]

  lab                    7, 07, sqs-batch or 07-sqs-batch; none: all labs

  --source <dir>         grade <dir>/<lab>/… instead of labs/<lab>/…
  --kind <kinds>         only these: handler, stack, live (separated by commas)
  --watch                grade again whenever a file changes
  --bail                 stop after the first check that does not pass
  --json                 print one JSON document (the same as --reporter json)
  --reporter <name>      pretty (default), json, junit, github
  --record               keep the progress, also with --source
  --seed <n>             seed of everything random (default 42)
  --target <where>       local (default)
  --help                 print this
`;

const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.enum(kinds, `must be of ${kinds.join(', ')}`)).min(1));

const optionsSchema = z.object({
  labs: z.array(z.string()),
  source: z.string().min(1).optional(),
  kinds: list.optional(),
  watch: z.boolean(),
  bail: z.boolean(),
  reporter: z.enum(reporterNames, `must be one of ${reporterNames.join(', ')}`),
  record: z.boolean(),
  seed: z.coerce.number().int().nonnegative('must be a whole number, 0 or more'),
  target: z.string(),
  help: z.boolean(),
});
export type CheckCommand = z.output<typeof optionsSchema>;

/**
 * Reads the command line of `npm run check`.
 * @param args without node and script
 * @param calledFrom folder that relative paths start from
 * @throws UsageError naming the option and what it takes
 */
export function readOptions(args: readonly string[], calledFrom: string): CheckCommand {
  const { values, positionals } = parse(args);
  const parsed = optionsSchema.safeParse({
    labs: positionals,
    source: values.source === undefined ? undefined : resolve(calledFrom, values.source),
    kinds: values.kind,
    watch: values.watch ?? false,
    bail: values.bail ?? false,
    reporter: values.json ? 'json' : (values.reporter ?? 'pretty'),
    record: values.record ?? false,
    seed: values.seed ?? 42,
    target: values.target ?? 'local',
    help: values.help ?? false,
  });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0] ?? '').replace('kinds', 'kind');
    throw new UsageError('InvalidOption', `--${name}: ${issue?.message}`);
  }
  if (parsed.data.target !== 'local') refuseTarget(parsed.data.target);
  return parsed.data;
}

/** Whether the caller wants JSON, known even when the rest of the command cannot be read. */
export function wantsJson(args: readonly string[]): boolean {
  return args.some(
    (arg, index) =>
      arg === '--json' || arg === '--reporter=json' || (arg === '--reporter' && args[index + 1] === 'json'),
  );
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        source: { type: 'string' },
        kind: { type: 'string' },
        watch: { type: 'boolean' },
        bail: { type: 'boolean' },
        json: { type: 'boolean' },
        reporter: { type: 'string' },
        record: { type: 'boolean' },
        seed: { type: 'string' },
        target: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    const [message = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new UsageError(
      'InvalidOption',
      `${message.replace(/\. To specify.*$/, '.')} See npm run check -- --help`,
    );
  }
}

function refuseTarget(target: string): never {
  if (target === 'aws')
    throw new UsageError('TargetNotAvailable', '--target aws is not yet available; use --target local.');
  if (URL.canParse(target)) {
    throw new UsageError(
      'TargetNotAvailable',
      `--target ${target}: endpoints are not yet available; use --target local.`,
    );
  }
  throw new UsageError('InvalidOption', `--target ${target}: must be local, aws or a URL.`);
}
