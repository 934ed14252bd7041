import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import type { Cloud } from '../../service.ts';
import type { UnpackedCode } from './code.ts';

/** Addresses from which the deployment packages of functions can be read without a signature. */
export interface CodeDownloads {
  /**
   * An address of a function's code that is valid for ten minutes of cloud time; the folder in which the code lies
   * while the account does not listen.
   * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
   */
  addressOf(code: UnpackedCode): string;
  /** The zip behind an address. @param path of the address; undefined when it is none, or is not valid any more */
  read(path: string): Uint8Array | undefined;
}

const FOLDER = '/_lambda-code/';
const VALID_MS = 600_000;

/** Zip knows no earlier time; what was unpacked has none of its own. */
const MADE_AT = '1980-01-01T00:00:00';

export function createCodeDownloads(cloud: Cloud): CodeDownloads {
  const known = new Map<string, { code: UnpackedCode; expiresAt: number }>();

  function forgetExpired(): void {
    for (const [path, { expiresAt }] of known) if (expiresAt <= cloud.clock.now()) known.delete(path);
  }

  function endpoint(): string | undefined {
    try {
      return cloud.endpoint();
    } catch {
      return undefined;
    }
  }

  return {
    addressOf(code) {
      const base = endpoint();
      if (base === undefined) return pathToFileURL(code.folder).href;
      forgetExpired();
      const path = `${FOLDER}${cloud.uuid()}.zip`;
      known.set(path, { code, expiresAt: cloud.clock.now() + VALID_MS });
      return `${base}${path}`;
    },
    read(path) {
      forgetExpired();
      const code = known.get(path)?.code;
      return code && (code.zip ? readFileSync(code.zip) : zipFolder(code.folder));
    },
  };
}

function zipFolder(folder: string): Uint8Array {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort()
    .map((name) => [name.replaceAll(sep, '/'), new Uint8Array(readFileSync(join(folder, name)))] as const);
  return zipSync(Object.fromEntries(files), { mtime: MADE_AT });
}
