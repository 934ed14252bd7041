import { createCipheriv, createHash } from 'node:crypto';
import type { Parameter as ParameterShape, ParameterTier, ParameterType } from '@aws-sdk/client-ssm';
import type { Cloud } from '../../service.ts';
import { parameterNotFound, versionNotFound } from './errors.ts';
import { parameterArn, type Reference } from './names.ts';

/** One version of a parameter. */
export interface Version {
  readonly version: number;
  readonly type: ParameterType;
  readonly value: string;
  /** What a caller sees of a SecureString without decryption, base64. */
  readonly sealed?: string;
  readonly tier: ParameterTier;
  readonly modifiedAt: Date;
  /** ARN of who put it. */
  readonly modifiedBy: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly labels: Set<string>;
}

export interface Parameter {
  readonly name: string;
  /** Oldest first; never empty. */
  readonly versions: Version[];
  readonly tags: Map<string, string>;
}

/** The key with which SecureStrings are encrypted where none is named. */
export const DEFAULT_KEY = 'alias/aws/ssm';

export type Parameters = ReturnType<typeof createParameters>;

/** Makes a parameter store without parameters. */
export function createParameters(cloud: Cloud) {
  const byName = new Map<string, Parameter>();
  const key = createHash('sha256').update(`${cloud.accountId}/${DEFAULT_KEY}`).digest();

  return {
    find: (name: string) => byName.get(name),
    /** @throws ParameterNotFound */
    get(name: string): Parameter {
      const parameter = byName.get(name);
      if (!parameter) throw parameterNotFound();
      return parameter;
    },
    add: (parameter: Parameter) => byName.set(parameter.name, parameter),
    remove: (name: string) => byName.delete(name),
    count: () => byName.size,
    /** In the order of their names. */
    all: () => [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),

    /** A value as it is without decryption: encrypted, as KMS would return it. */
    seal(value: string): string {
      const iv = Buffer.from(cloud.uuid().replaceAll('-', ''), 'hex').subarray(0, 12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const sealed = Buffer.concat([iv, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return sealed.toString('base64');
    },

    /**
     * A version of a parameter as the API returns it.
     * @param decrypted whether a SecureString is returned in clear text
     */
    shapeOf(
      { name }: Parameter,
      { version, type, value, sealed, modifiedAt }: Version,
      decrypted: boolean,
    ): ParameterShape {
      return {
        Name: name,
        Type: type,
        Value: decrypted ? value : (sealed ?? value),
        Version: version,
        LastModifiedDate: modifiedAt,
        ARN: parameterArn(cloud, name),
        DataType: 'text',
      };
    },
  };
}

export function latest({ versions }: Parameter): Version {
  return versions.at(-1) as Version;
}

/**
 * The version that a reference names; the latest where it names none.
 * @throws ParameterVersionNotFound
 */
export function versionOf(parameter: Parameter, { selector }: Reference): Version {
  if (selector === undefined) return latest(parameter);
  const found = /^\d+$/.test(selector)
    ? parameter.versions.find(({ version }) => version === Number(selector))
    : parameter.versions.find(({ labels }) => labels.has(selector));
  if (!found) throw versionNotFound(selector, parameter.name);
  return found;
}
