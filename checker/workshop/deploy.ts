import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { CreateStackCommand, type Output, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { zipSync } from 'fflate';
import pc from 'picocolors';
import { WorkshopError } from './folders.ts';
import { type FrontDoor, readArguments, requireLab, sourceFolder } from './front-door.ts';
import { filesBelow, type LabStack, openLabBuilder } from './lab-stack.ts';
import {
  connectToCloud,
  endpointHelp,
  endpointOption,
  findStack,
  type RunningCloud,
  stackNameOf,
} from './running-cloud.ts';
import { deleteStack, followStack, seenEvents } from './stack-progress.ts';

const usage = `npm run workshop -- deploy <lab> [options]

  Deploys the lab's stack into a running cloud (npm run cloud), creating or updating it, by CloudFormation's own API.
  The outputs go to standard output, what happens to the resources to standard error.
  Exit codes: 0 deployed, or nothing to change; 1 CloudFormation rolled it back; 2 it could not be done.

${endpointHelp}
  --source <dir>         take <dir>/<lab>/… instead of labs/<lab>/…, for example solutions
  -h, --help             print this`;

const options = { ...endpointOption, source: { type: 'string' } } as const;

/** `deploy`: a lab's stack into a running cloud. */
export const deploy: FrontDoor = async (args, context) => {
  const { root, signal, print, say } = context;
  const read = readArguments(args, options, { usage, print });
  if (!read) return 0;
  const lab = await requireLab(root, read.positionals[0], 'deploy');
  const source = await sourceFolder(context, lab, read.values.source);
  const cloud = await connectToCloud(read.values.endpoint, signal);
  const stackName = stackNameOf(lab);
  const work = { cloud, stackName, signal, say };

  const builder = await openLabBuilder({ root, lab, source });
  try {
    const built = await builder.build(signal);
    for (const line of built.ignored) say(`ignored ${line}`);
    requireWhole(built);
    const TemplateURL = await publish(cloud, built, signal);
    signal.throwIfAborted();

    let existing = await findStack(cloud, stackName);
    // Nothing can be made of a stack whose creation was rolled back.
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#stack-status-codes
    if (existing?.StackStatus === 'ROLLBACK_COMPLETE') existing = await deleteStack(work);
    say(pc.bold(`${stackName}: ${existing ? 'updating' : 'creating'} at ${cloud.endpoint}`));
    const seen = await seenEvents(cloud, stackName);
    const request = {
      StackName: stackName,
      TemplateURL,
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'] as (
        | 'CAPABILITY_IAM'
        | 'CAPABILITY_NAMED_IAM'
      )[],
    };
    try {
      await cloud.cloudformation.send(
        existing ? new UpdateStackCommand(request) : new CreateStackCommand(request),
      );
    } catch (error) {
      const { message } = error as Error;
      if (!/No updates are to be performed/.test(message))
        throw new WorkshopError(`${stackName}: CloudFormation refuses it: ${message}`);
      say('There is nothing to change.');
      for (const line of outputLines(existing?.Outputs)) print(line);
      return 0;
    }
    const stack = await followStack(work, seen);
    if (!/^(CREATE|UPDATE)_COMPLETE$/.test(stack?.StackStatus ?? '')) {
      say(`${stackName} is ${stack?.StackStatus ?? 'gone'}: ${stack?.StackStatusReason ?? 'see above'}`);
      return 1;
    }
    for (const line of outputLines(stack?.Outputs)) print(line);
    say(pc.dim(`Its log: npm run workshop -- logs ${lab.number} --tail`));
    return 0;
  } finally {
    await builder.close();
  }
};

/** Packages that the bundles leave to an installation are not part of what is published here. */
function requireWhole({ installed }: LabStack): void {
  if (installed.length === 0) return;
  throw new WorkshopError(
    `stack.ts has ${installed.join(', ')} in bundling.nodeModules: that needs an installation, which deploy does ` +
      'not make. Leave it out, so that esbuild bundles it, or deploy with the CDK CLI.',
  );
}

/**
 * Puts code and template where `cdk deploy` puts them: into the bucket that `cdk bootstrap` makes.
 * https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 * @returns the template's address for CloudFormation
 */
async function publish(
  { s3, accountId, region }: RunningCloud,
  { template, assets }: LabStack,
  signal: AbortSignal,
): Promise<string> {
  const Bucket = `cdk-hnb659fds-assets-${accountId}-${region}`;
  const put = async (Key: string, content: () => Promise<Uint8Array>): Promise<void> => {
    signal.throwIfAborted();
    // Keys are hashes of the content: what is there already is the same.
    const there = await s3.send(new HeadObjectCommand({ Bucket, Key })).catch((error: Error) => {
      if (error.name === 'NotFound' || error.name === 'NoSuchKey') return undefined;
      throw new WorkshopError(`Cannot publish to the bucket ${Bucket}: ${error.name} ${error.message}`);
    });
    if (there) return;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: await content() })).catch((error: Error) => {
      throw new WorkshopError(
        `Cannot publish to the bucket ${Bucket}: ${error.message}. ` +
          'The cloud may run in another region: set AWS_REGION to the one it says at its start.',
      );
    });
  };
  for (const [key, folder] of Object.entries(assets)) await put(key, () => zip(folder));
  const text = new TextEncoder().encode(JSON.stringify(template));
  const key = `${createHash('sha256').update(text).digest('hex')}.json`;
  await put(key, async () => text);
  return `https://s3.${region}.amazonaws.com/${Bucket}/${key}`;
}

async function zip(folder: string): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const file of await filesBelow(folder))
    files[relative(folder, file).replaceAll('\\', '/')] = await readFile(file);
  return zipSync(files, { mtime: '1980-01-01T00:00:00' });
}

function outputLines(outputs: readonly Output[] = []): readonly string[] {
  return outputs.map(({ OutputKey, OutputValue }) => `${OutputKey} = ${OutputValue}`);
}
