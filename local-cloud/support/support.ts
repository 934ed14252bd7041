import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAccount } from '../account.ts';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import { RESOURCE_TYPES } from '../cloudformation/resources/index.ts';
import { clientOf, WIRE_SERVICE_NAMES, wireServiceOf } from '../protocols/wire-services.ts';
import { type CallSigns, testOf } from './coverage.ts';
import { DIFFERENCES, type Difference } from './differences.ts';
import { type NamedTest, readTestFiles } from './test-sources.ts';

/** Something that the account does, with a test that shows it; without one when there is none. */
export interface Row {
  readonly name: string;
  readonly test: NamedTest | undefined;
}

export interface ServiceSupport {
  /** Signing name: `sqs`, `monitoring` … */
  readonly name: string;
  /** What its own tests and the account call it: `cloudwatch` for `monitoring`. */
  readonly key: string;
  readonly supported: readonly Row[];
  /** Operations of AWS's model that are refused by name. */
  readonly refused: readonly string[];
}

export interface TypeSupport extends Row {
  readonly properties: readonly string[];
  readonly refused: readonly string[];
}

/** A difference from AWS, with the test that it names; undefined when there is no such test. */
export interface FoundDifference extends Difference {
  readonly found: NamedTest | undefined;
}

export interface Support {
  readonly services: readonly ServiceSupport[];
  readonly resourceTypes: readonly TypeSupport[];
  readonly differences: readonly FoundDifference[];
}

/**
 * Reads from the code what the account supports and which tests show it.
 * @param root the checkout
 */
export async function readSupport(root: string): Promise<Support> {
  const files = readTestFiles(root);
  const packageOf = await clientPackages(root);
  const account = createAccount({ clock: 'warp' });
  const services: ServiceSupport[] = [];
  try {
    for (const name of WIRE_SERVICE_NAMES) {
      const operations = account.operationsOf(name);
      const key = Object.entries(account.services).find(([, own]) => own === operations)?.[0] ?? name;
      const folder =
        key === 'cloudformation' ? 'local-cloud/cloudformation/' : `local-cloud/services/${key}/`;
      const signs: CallSigns = { key, folder, clientPackage: packageOf(await clientOf(name)) };
      const supported = Object.keys(operations).sort();
      const modelled = [...((await wireServiceOf(name))?.operations.keys() ?? [])];
      services.push({
        name,
        key,
        supported: supported.map((operation) => ({ name: operation, test: testOf(operation, signs, files) })),
        refused: modelled.filter((operation) => !supported.includes(operation)).sort(),
      });
    }
  } finally {
    await account.close();
  }
  const tests = files.flatMap((file) => file.tests);
  const resourceTypes = [...RESOURCE_TYPES.values()].map(({ type, properties }) => ({
    name: type,
    test: testOfType(type, files),
    properties: namesOf(properties, false),
    refused: namesOf(properties, true),
  }));
  return {
    services,
    resourceTypes: resourceTypes.sort((a, b) => (a.name < b.name ? -1 : 1)),
    differences: DIFFERENCES.map((difference) => ({
      ...difference,
      found: tests.find(({ file, name }) => file === difference.test.file && name === difference.test.name),
    })),
  };
}

function namesOf(properties: ResourceType['properties'], refused: boolean): string[] {
  return Object.entries(properties)
    .filter(([, { change }]) => (change === 'unsupported') === refused)
    .map(([name]) => name)
    .sort();
}

/** A test with such a resource in its template, which may be written down beside it. */
function testOfType(type: string, files: ReturnType<typeof readTestFiles>): NamedTest | undefined {
  const named = new RegExp(`['"]${type}['"]`);
  for (const { tests } of files) {
    const found = tests.find(({ source }) => named.test(source));
    if (found) return found;
  }
  return files.find(({ text }) => named.test(text))?.tests[0];
}

/** The package of a client, found by what it exports. */
async function clientPackages(root: string): Promise<(client: object | undefined) => string> {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const names = new Map<string, string>();
  for (const name of Object.keys(dependencies).filter((name) => name.startsWith('@aws-sdk/client-')))
    names.set(exportsOf(await import(/* @vite-ignore */ name)), name);
  return (client) => names.get(exportsOf(client ?? {})) ?? '';
}

function exportsOf(module: object): string {
  return Object.keys(module)
    .filter((name) => /Command\$?$/.test(name))
    .sort()
    .join();
}
