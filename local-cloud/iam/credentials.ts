import type { Work } from '../clock.ts';
import { arnOf, type Cloud, type Principal } from '../service.ts';

/** Temporary credentials, as STS issues them. */
export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** Cloud time at which they expire, in epoch milliseconds. */
  expiresAt: number;
}

export interface SessionOptions {
  roleArn: string;
  sessionName: string;
  durationMs: number;
  /** What is under way with these credentials; set aside while their owner is blocked in a long poll. */
  work?: () => Work | undefined;
}

export interface Session {
  principal: Principal;
  expiresAt: number;
  work?: () => Work | undefined;
}

/** The access keys that the account has issued. */
export interface CredentialStore {
  issue(options: SessionOptions): SessionCredentials;
  revoke(accessKeyId: string): void;
  /** The session behind a key; undefined for keys that were never issued: those are the account's own. */
  sessionOf(accessKeyId: string): Session | undefined;
}

/** Makes an empty store of access keys. */
export function createCredentialStore(cloud: Cloud): CredentialStore {
  const sessions = new Map<string, Session>();
  return {
    issue({ roleArn, sessionName, durationMs, work }) {
      // ASIA marks temporary keys: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
      const accessKeyId = `ASIA${randomKey(cloud, 16)}`;
      const expiresAt = cloud.clock.now() + durationMs;
      sessions.set(accessKeyId, { principal: rolePrincipal(cloud, roleArn, sessionName), expiresAt, work });
      return {
        accessKeyId,
        secretAccessKey: randomKey(cloud, 40),
        sessionToken: randomKey(cloud, 64),
        expiresAt,
      };
    },
    revoke: (accessKeyId) => {
      sessions.delete(accessKeyId);
    },
    sessionOf: (accessKeyId) => sessions.get(accessKeyId),
  };
}

/** The account itself, as whom any access key that was never issued signs. */
export function accountPrincipal(cloud: Cloud): Principal {
  return { type: 'account', arn: arnOf(cloud, 'iam', 'root'), accountId: cloud.accountId };
}

/** A session of a role: `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
export function rolePrincipal(cloud: Cloud, roleArn: string, sessionName: string): Principal {
  const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return {
    type: 'role',
    arn: `arn:${cloud.partition}:sts::${cloud.accountId}:assumed-role/${roleName}/${sessionName}`,
    accountId: cloud.accountId,
    roleArn,
    sessionName,
  };
}

/** An AWS service acting by itself, for example `lambda.amazonaws.com` delivering a record. */
export function servicePrincipal(cloud: Cloud, service: string, sourceArn?: string): Principal {
  return { type: 'service', arn: service, accountId: cloud.accountId, service, sourceArn };
}

const KEY_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function randomKey(cloud: Cloud, length: number): string {
  return Array.from({ length }, () => KEY_ALPHABET[Math.floor(cloud.random() * KEY_ALPHABET.length)]).join(
    '',
  );
}
