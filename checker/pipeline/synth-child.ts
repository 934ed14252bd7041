/**
 * Runs in a process of its own, next to the learner's `stack.ts`: turns it into a template. Nothing here decides
 * a verdict; the checker reads what this process says as it would read a file of the learner's.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import 'aws-cdk-lib/aws-lambda-nodejs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  type RecordedBundle,
  type SynthMessage,
  type SynthRequest,
  synthesizedStack,
} from './synth-protocol.ts';

interface BundlingProps {
  entry: string;
  nodeModules?: string[];
  commandHooks?: object;
  forceDockerBundling?: boolean;
  preCompilation?: boolean;
  command?: string[];
  assetHash?: string;
  esbuildArgs?: Readonly<Record<string, string | boolean>>;
}

/** The part of CDK's internal class that is used here; the version of aws-cdk-lib is pinned. */
interface BundlingClass {
  new (
    scope: unknown,
    props: BundlingProps,
  ): {
    buildEsbuildArgs(
      scope: unknown,
      inputDir: string,
      outputDir: string,
      join: (...p: string[]) => string,
    ): string[];
  };
  bundle(scope: unknown, props: BundlingProps): lambda.Code;
}

type Recorded = Omit<RecordedBundle, 'assetKey'>;

/** By the file that marks the asset which stands in for the bundle. */
const recorded = new Map<string, Recorded>();
const marker = 'stands-for-a-bundle';
let scratch = '';

/** Bundling is recorded, not done: the checker bundles, so that a changed handler needs no new synthesis. */
function recordBundling(): void {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('aws-cdk-lib/package.json'));
  const { Bundling } = require(join(folder, 'aws-lambda-nodejs', 'lib', 'bundling.js')) as {
    Bundling: BundlingClass;
  };
  Bundling.bundle = (scope, props) => {
    const args = new Bundling(scope, props).buildEsbuildArgs(scope, '/', '/out', join);
    const extra = Object.entries(props.esbuildArgs ?? {}).map(([key, value]) =>
      value === true || value === '' ? key : `${key}=${value}`,
    );
    const assetHash = createHash('sha256').update(`${recorded.size} ${props.entry}`).digest('hex');
    const refused = (['commandHooks', 'forceDockerBundling', 'preCompilation', 'command'] as const).filter(
      (name) => props[name],
    );
    recorded.set(assetHash, {
      entry: props.entry,
      args: [...args, ...extra],
      nodeModules: props.nodeModules ?? [],
      refused,
    });
    const placeholder = join(scratch, 'placeholders', assetHash);
    mkdirSync(placeholder, { recursive: true });
    writeFileSync(join(placeholder, marker), assetHash);
    return lambda.Code.fromAsset(placeholder, { assetHash, assetHashType: cdk.AssetHashType.CUSTOM });
  };
}

async function synthesize({ module, outdir }: SynthRequest): Promise<SynthMessage> {
  scratch = outdir;
  const exports = (await import(pathToFileURL(module).href)) as { LabStack?: unknown };
  if (typeof exports.LabStack !== 'function') {
    throw new Error(
      'stack.ts does not export a class LabStack: write `export class LabStack extends Stack`.',
    );
  }
  const LabStack = exports.LabStack as new (scope: cdk.App, id: string) => cdk.Stack;
  const app = new cdk.App({ outdir: join(outdir, 'assembly'), analyticsReporting: false });
  const stack = new LabStack(app, synthesizedStack);
  if (!cdk.Stack.isStack(stack)) throw new Error('LabStack does not extend Stack of aws-cdk-lib.');
  const assembly = app.synth();
  const artifact = assembly.getStackArtifact(stack.artifactId);
  const problems = artifact.messages
    .filter(({ level }) => level === 'error')
    .map(({ entry }) => String(entry.data));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const assets = fileAssets(assembly.directory, stack.artifactId);
  return {
    type: 'synthesized',
    template: artifact.template as Record<string, unknown>,
    bundles: Object.entries(assets).flatMap(([assetKey, folder]) => {
      const bundle = recorded.get(markedHash(folder) ?? '');
      return bundle ? [{ assetKey, ...bundle }] : [];
    }),
    assets: Object.fromEntries(Object.entries(assets).filter(([, folder]) => !markedHash(folder))),
  };
}

function markedHash(folder: string): string | undefined {
  const file = join(folder, marker);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

interface AssetManifest {
  files?: Record<
    string,
    { source: { path?: string; packaging?: string }; destinations: Record<string, { objectKey: string }> }
  >;
}

function fileAssets(directory: string, artifactId: string): Record<string, string> {
  const manifest = JSON.parse(
    readFileSync(join(directory, `${artifactId}.assets.json`), 'utf8'),
  ) as AssetManifest;
  const folders: Record<string, string> = {};
  for (const { source, destinations } of Object.values(manifest.files ?? {})) {
    if (!source.path || (source.packaging !== 'zip' && !source.path.endsWith('.zip'))) continue;
    for (const { objectKey } of Object.values(destinations))
      folders[objectKey] = join(directory, source.path);
  }
  return folders;
}

function say(message: SynthMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, () => resolve());
  });
}

/** aws-cdk-lib loads lazily: a first synthesis beforehand spares the learner's the wait. */
function warmUp(): void {
  const app = new cdk.App({ outdir: process.argv[2], analyticsReporting: false });
  const stack = new cdk.Stack(app, 'WarmUp');
  const worker = new lambda.Function(stack, 'Function', {
    runtime: lambda.Runtime.NODEJS_LATEST,
    handler: 'index.handler',
    code: lambda.Code.fromInline('-'),
  });
  worker.addEventSource(new SqsEventSource(new sqs.Queue(stack, 'Queue')));
  new dynamodb.Table(stack, 'Table', {
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
  }).grantWriteData(worker);
  app.synth();
}

recordBundling();
warmUp();
process.once('message', async (request: SynthRequest) => {
  try {
    await say(await synthesize(request));
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    await say({ type: 'failed', message: error.message, stack: error.stack ?? '' });
  }
  process.disconnect?.();
  process.exit(0);
});
void say({ type: 'ready' });
