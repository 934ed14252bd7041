/**
 * Runs before each test file: closes what a unit test has no business with, and takes back what the run before left
 * behind, so that every handler meets the tests in the same world.
 */
import dgram from 'node:dgram';
import net from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, onTestFailed, vi } from 'vitest';

interface Kept {
  globals: readonly (readonly [object, PropertyDescriptorMap])[];
  environment: Readonly<NodeJS.ProcessEnv>;
  connections: string[];
}

const key = Symbol.for('checker.unit-tests');
type Holder = { [key]?: Kept };

/** Nothing of whoever runs the checker is the tests' business; the SDK wants a region and keys to sign with. */
const environment: NodeJS.ProcessEnv = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'tests',
  AWS_SECRET_ACCESS_KEY: 'tests',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

const kept = keepOnce();
restore(kept);

let oneHasFailed = false;
beforeEach(({ task, skip }) => {
  // One failing test is an answer; what the others would say takes time and changes nothing.
  if (oneHasFailed) skip();
  onTestFailed(() => {
    oneHasFailed = true;
  });
  Object.assign(task.file.meta, { connections: kept.connections });
});
afterEach(({ task }) => {
  Object.assign(task.file.meta, { connections: [...kept.connections] });
});

function keepOnce(): Kept {
  const holder = globalThis as Holder;
  holder[key] ??= closeAndKeep();
  return holder[key];
}

function closeAndKeep(): Kept {
  const connections: string[] = [];
  const refuse = (host: string): never => {
    connections.push(host);
    throw new Error(`A unit test opens no connection; this one was to ${host}.`);
  };
  net.Socket.prototype.connect = (...given: unknown[]): never => {
    const [first, second] = given.flat() as [unknown, unknown];
    const { host = 'localhost', port } = (
      typeof first === 'object' && first !== null ? first : { port: first, host: second }
    ) as {
      host?: string;
      port?: unknown;
    };
    return refuse(`${host}:${port}`);
  };
  dgram.Socket.prototype.send = (): never => refuse('UDP');
  process.getBuiltinModule = (() => undefined) as typeof process.getBuiltinModule;
  for (const name of Object.keys(process.env)) {
    if (!/^(VITEST|NODE_ENV|TEST|MODE|DEV|PROD|SSR|BASE_URL|TZ|PATH|TMPDIR|TINYPOOL)/.test(name)) {
      delete process.env[name];
    }
  }
  Object.assign(process.env, environment);
  const worlds = [globalThis, console, Date, Math, JSON, process, DynamoDBClient.prototype];
  return {
    globals: [...worlds, DynamoDBDocumentClient.prototype].map(
      (world) => [world, Object.getOwnPropertyDescriptors(world)] as const,
    ),
    environment: { ...process.env },
    connections,
  };
}

function restore({ globals, environment: before, connections }: Kept): void {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  for (const [world, properties] of globals) {
    // Vitest and this file keep their own things there, as symbols or with two underscores.
    for (const name of Object.getOwnPropertyNames(world)) {
      if (!Object.hasOwn(properties, name) && !name.startsWith('__')) Reflect.deleteProperty(world, name);
    }
    for (const [name, property] of Object.entries(properties)) {
      const now = Object.getOwnPropertyDescriptor(world, name);
      const same = now?.value === property.value && now?.get === property.get;
      if (!same && now?.configurable !== false) Object.defineProperty(world, name, property);
    }
  }
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  connections.length = 0;
}
