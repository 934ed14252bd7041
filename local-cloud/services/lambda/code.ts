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
import type { GetObjectRequest } from '@aws-sdk/client-s3';
import { unzipSync } from 'fflate';
import type { Assets } from '../../assets.ts';
import { AwsError, notSupported } from '../../errors.ts';
import type { Call, Cloud } from '../../service.ts';

/** A function's code, unpacked. */
export interface UnpackedCode {
  folder: string;
  /** The deployment package as it came; absent where that is a folder. */
  zip?: string;
  /** SHA-256 of the deployment package, base64; of the content where that is a folder. */
  sha256: string;
  /** Of the deployment package. */
  sizeBytes: number;
}

/** Reads an object as the caller. */
export type ReadObject = (input: GetObjectRequest, call: Call) => Promise<Uint8Array>;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 250 MB unzipped, 50 MB in a request. */
export const LARGEST_UNZIPPED_BYTES = 262_144_000;
export const LARGEST_ZIPPED_BYTES = 52_428_800;

/**
 * Makes what unpacks code, each time into a folder of its own under the account's scratch folder. Beside it lies a
 * link to this checkout's packages: they stand in for the SDK that Lambda's runtime ships, and ESM does not read
 * NODE_PATH. Folders of `assets` come before S3.
 * @returns a function that throws AwsError InvalidParameterValueException when there is no code or it cannot be read
 */
export function createUnpacker(cloud: Cloud, assets: Assets, readObject: ReadObject | undefined) {
  return (code: FunctionCode = {}, call: Call): UnpackedCode | Promise<UnpackedCode> => {
    if (code.ImageUri) throw notSupported('Code.ImageUri (container images)');
    if (code.SourceKMSKeyArn) throw notSupported('Code.SourceKMSKeyArn');
    if (code.ZipFile) return unpackRequest(cloud, code.ZipFile);
    const { S3Bucket: Bucket, S3Key: Key, S3ObjectVersion: VersionId } = code;
    if (!Key) {
      throw new AwsError('InvalidParameterValueException', 'Please provide a source for function code.');
    }
    const asset = VersionId ? undefined : assets.folderOf(Key);
    if (asset) return unpackAsset(cloud, asset);
    if (!readObject) throw noObject('NoSuchKey', 'The specified key does not exist.');
    return readObject({ Bucket, Key, ...(VersionId && { VersionId }) }, call).then(
      (zip) => unpackZip(cloud, zip),
      (error: unknown) => {
        throw error instanceof AwsError ? noObject(error.name, error.message) : error;
      },
    );
  };
}

function unpackRequest(cloud: Cloud, zip: Uint8Array): UnpackedCode {
  if (zip.length > LARGEST_ZIPPED_BYTES) {
    throw new AwsError(
      'RequestEntityTooLargeException',
      `Zipped size must be smaller than ${LARGEST_ZIPPED_BYTES} bytes`,
      { status: 413 },
    );
  }
  return unpackZip(cloud, zip);
}

function unpackAsset(cloud: Cloud, asset: string): UnpackedCode {
  if (statSync(asset).isFile()) return unpackZip(cloud, readFileSync(asset));
  const folder = makeFolder(cloud);
  cpSync(asset, folder, { recursive: true, dereference: true, mode: constants.COPYFILE_FICLONE });
  return { folder, ...measure(folder) };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html: CodeSha256 is that of the package. */
function unpackZip(cloud: Cloud, zip: Uint8Array): UnpackedCode {
  const folder = makeFolder(cloud);
  writeZip(folder, zip);
  const file = `${folder}.zip`;
  writeFileSync(file, zip);
  return {
    folder,
    zip: file,
    sha256: createHash('sha256').update(zip).digest('base64'),
    sizeBytes: zip.length,
  };
}

function makeFolder(cloud: Cloud): string {
  const root = join(realpathSync(cloud.scratch), 'code');
  const folder = join(root, cloud.uuid());
  mkdirSync(folder, { recursive: true });
  linkRuntimePackages(root);
  return folder;
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
        if (total > LARGEST_UNZIPPED_BYTES) throw tooLarge();
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
  if (sizeBytes > LARGEST_UNZIPPED_BYTES) throw tooLarge();
  return { sha256: hash.digest('base64'), sizeBytes };
}

/** https://repost.aws/knowledge-center/lambda-deployment-package-errors */
function noObject(code: string, message: string): AwsError {
  if (code === 'AccessDenied') {
    return new AwsError(
      'AccessDeniedException',
      `Your access has been denied by S3, please make sure your request credentials have permission to GetObject for the code. S3 Error Code: ${code}. S3 Error Message: ${message}`,
      { status: 403 },
    );
  }
  return new AwsError(
    'InvalidParameterValueException',
    `Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${message}`,
  );
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
    `Unzipped size must be smaller than ${LARGEST_UNZIPPED_BYTES} bytes`,
  );
}
