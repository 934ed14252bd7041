import { createHash } from 'node:crypto';
import {
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { FunctionCode } from '@aws-sdk/client-lambda';
import { unzipSync } from 'fflate';
import type { Assets } from '../../assets.ts';
import { AwsError, notSupported } from '../../errors.ts';
import type { Cloud } from '../../service.ts';

/** A function's code, unpacked. */
export interface UnpackedCode {
  folder: string;
  /** SHA-256 of the content, base64. */
  sha256: string;
  sizeBytes: number;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 250 MB unzipped. */
const LARGEST_CODE_BYTES = 262_144_000;

/**
 * Unpacks code into a folder of its own under the account's scratch folder. Beside it lies a link to this
 * checkout's packages: they stand in for the SDK that Lambda's runtime ships, and ESM does not read NODE_PATH.
 * @throws AwsError InvalidParameterValueException when there is no code or it cannot be read
 */
export function unpackCode(cloud: Cloud, assets: Assets, code: FunctionCode | undefined): UnpackedCode {
  const source = code ?? {};
  if (source.ImageUri) throw notSupported('Code.ImageUri (container images)');
  if (source.S3ObjectVersion) throw notSupported('Code.S3ObjectVersion');
  const root = join(realpathSync(cloud.scratch), 'code');
  const folder = join(root, cloud.uuid());
  mkdirSync(folder, { recursive: true });
  linkRuntimePackages(root);
  if (source.ZipFile) writeZip(folder, source.ZipFile);
  else if (source.S3Key) {
    const asset = assets.folderOf(source.S3Key);
    if (!asset) {
      throw new AwsError(
        'InvalidParameterValueException',
        'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
      );
    }
    if (statSync(asset).isFile()) writeZip(folder, readFileSync(asset));
    else cpSync(asset, folder, { recursive: true, dereference: true, mode: constants.COPYFILE_FICLONE });
  } else {
    throw new AwsError('InvalidParameterValueException', 'Please provide a source for function code.');
  }
  return { folder, ...measure(folder) };
}

/** The packages that Lambda's Node.js runtimes ship; what else a bundle leaves out is missing, as on AWS. */
const RUNTIME_PACKAGES = ['@aws-sdk', '@smithy'];

function linkRuntimePackages(root: string): void {
  const links = join(root, 'node_modules');
  if (existsSync(links)) return;
  const sdk = createRequire(import.meta.url).resolve('@aws-sdk/client-sqs');
  const packages = sdk.slice(0, sdk.indexOf(`${sep}@aws-sdk${sep}`));
  mkdirSync(links);
  for (const scope of RUNTIME_PACKAGES) symlinkSync(join(packages, scope), join(links, scope), 'junction');
}

function writeZip(folder: string, zip: Uint8Array): void {
  for (const [name, content] of Object.entries(readZip(zip))) {
    if (name.endsWith('/')) continue;
    const target = join(folder, name);
    if (!target.startsWith(folder + sep)) throw badZip();
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}

function readZip(zip: Uint8Array): Record<string, Uint8Array> {
  let total = 0;
  try {
    return unzipSync(zip, {
      filter: ({ originalSize }) => {
        total += originalSize;
        if (total > LARGEST_CODE_BYTES) throw tooLarge();
        return true;
      },
    });
  } catch (error) {
    throw error instanceof AwsError ? error : badZip();
  }
}

function measure(folder: string): { sha256: string; sizeBytes: number } {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    const content = readFileSync(path);
    sizeBytes += content.length;
    hash.update(name).update('\0').update(content);
  }
  if (sizeBytes > LARGEST_CODE_BYTES) throw tooLarge();
  return { sha256: hash.digest('base64'), sizeBytes };
}

function badZip(): AwsError {
  return new AwsError(
    'InvalidParameterValueException',
    'Could not unzip uploaded file. Please check your file, then try to upload again.',
  );
}

function tooLarge(): AwsError {
  return new AwsError(
    'InvalidParameterValueException',
    `Unzipped size must be smaller than ${LARGEST_CODE_BYTES} bytes`,
  );
}
