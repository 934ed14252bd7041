import { randomUUID } from 'node:crypto';
import pc from 'picocolors';
import type { Account } from '../../local-cloud/account.ts';
import { type Lab, suiteFile } from '../catalog.ts';
import { abilities } from '../check.ts';
import { createSuiteRunner } from '../suite-runner/index.ts';
import type { Observation, Session } from '../suite-runner/session.ts';
import { WorkshopError } from './folders.ts';
import { type FrontDoor, readArguments, requireLab, sourceFolder } from './front-door.ts';
import { type Deployed, openLabAccount } from './lab-account.ts';
import { openLabBuilder } from './lab-stack.ts';
import {
  deniedOf,
  type Excess,
  excessOf,
  type Grant,
  smallestPolicy,
  type Use,
  usesOf,
} from './least-privilege-policy.ts';

const usage = `npm run workshop -- least-privilege <lab> [options]

  Runs the lab's live checks and prints, for each role of its stack, the smallest IAM policy that the run needed,
  as one JSON document on standard output. What the stack grants beyond it goes to standard error.
  Exit codes: 0 every live check passed, 1 some did not (the policies may lack what they need), 2 it could not run.

  --source <dir>         take <dir>/<lab>/… instead of labs/<lab>/…, for example solutions
  -h, --help             print this`;

const options = { source: { type: 'string' } } as const;

/** `least-privilege`: what a lab's roles need, by what they did in a run of its live checks. */
export const leastPrivilege: FrontDoor = async (args, context) => {
  const { root, signal, print, say } = context;
  const read = readArguments(args, options, { usage, print });
  if (!read) return 0;
  const lab = await requireLab(root, read.positionals[0], 'least-privilege');
  const slugs = lab.checks.filter(({ kind }) => kind === 'live').map(({ slug }) => slug);
  if (slugs.length === 0)
    throw new WorkshopError(`Lab ${lab.number} has no live checks, so there is no run to learn from.`);
  const source = await sourceFolder(context, lab, read.values.source);

  const builder = await openLabBuilder({ root, lab, source });
  const closing: (() => Promise<void>)[] = [() => builder.close()];
  try {
    const suites = createSuiteRunner(root);
    suites.catch(() => {});
    closing.unshift(async () => (await suites).close());
    const built = await builder.build(signal);
    const controlToken = randomUUID();
    const { account, url, deploy, close } = await openLabAccount({
      clock: 'warp',
      scratch: builder.accounts,
      controlToken,
    });
    closing.unshift(close);
    const deployed = await deploy(built);
    signal.throwIfAborted();
    const session: Session = {
      lab: lab.slug,
      suites: [{ kind: 'live', file: suiteFile(root, lab.slug, 'live'), slugs }],
      abilities,
      bail: false,
      template: { ...built.template },
      deployed: { account: { url, region: account.cloud.region, controlToken }, outputs: deployed.outputs },
    };
    const observations: Observation[] = [];
    const problems = await (await suites).run(
      session,
      (observation) => observations.push(observation),
      signal,
    );
    for (const problem of problems) say(problem);
    const missed = slugs.filter(
      (slug) => !observations.some((seen) => seen.slug === slug && seen.status === 'passed'),
    );

    const policies: Record<string, object> = {};
    for (const [logicalId, { type, physicalId }] of Object.entries(deployed.resources)) {
      if (type !== 'AWS::IAM::Role') continue;
      const entries = account.cloud.journal.read();
      const uses = withMappings(usesOf(entries, physicalId), await mappingUses(account, physicalId));
      policies[logicalId] = smallestPolicy(uses);
      const grants = await grantsOf(account, physicalId);
      const excess = excessOf(grants, uses);
      const denied = deniedOf(entries, physicalId);
      for (const line of reportLines(logicalId, uses, excess, denied, deployed)) say(line);
      for (const { policy } of grants.filter(({ conditional }) => conditional))
        say(`  ${pc.dim(`${policy} grants under a Condition: keep it.`)}`);
    }
    print(JSON.stringify(policies, null, 2));
    if (account.cloud.journal.dropped > 0)
      say('The run was so long that its beginning is no longer known: the policies may lack something.');
    for (const line of missedLines(lab, missed)) say(line);
    return missed.length > 0 ? 1 : 0;
  } finally {
    for (const close of closing) await close();
  }
};

function missedLines(lab: Lab, missed: readonly string[]): readonly string[] {
  if (missed.length === 0) return [];
  return [
    '',
    `${missed.length} live ${missed.length === 1 ? 'check' : 'checks'} did not pass: ${missed.join(', ')}.`,
    `What they need may be missing from the policies. See why: npm run check -- ${lab.number}`,
  ];
}

/** All Allow statements of a role. */
async function grantsOf({ services: { iam }, call }: Account, RoleName: string): Promise<readonly Grant[]> {
  const { PolicyNames = [] } = await iam.ListRolePolicies({ RoleName }, call());
  const inline = await Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument = '' } = await iam.GetRolePolicy({ RoleName, PolicyName }, call());
      return grantsIn(PolicyName, PolicyDocument);
    }),
  );
  const { AttachedPolicies = [] } = await iam.ListAttachedRolePolicies({ RoleName }, call());
  const attached = await Promise.all(
    AttachedPolicies.map(async ({ PolicyArn = '', PolicyName = '' }) => {
      const { Policy } = await iam.GetPolicy({ PolicyArn }, call());
      const VersionId = Policy?.DefaultVersionId ?? 'v1';
      const { PolicyVersion } = await iam.GetPolicyVersion({ PolicyArn, VersionId }, call());
      return grantsIn(PolicyName, PolicyVersion?.Document ?? '');
    }),
  );
  return [...inline, ...attached].flat();
}

interface Statement {
  Effect: string;
  Action?: string | string[];
  Resource?: string | string[];
  Condition?: object;
}

/** @param document JSON, URL-encoded as IAM gives it */
function grantsIn(policy: string, document: string): readonly Grant[] {
  const { Statement } = JSON.parse(decodeURIComponent(document)) as { Statement: Statement | Statement[] };
  return [Statement].flat().flatMap(({ Effect, Action, Resource, Condition }) => {
    // NotAction and NotResource name what is left out: there is nothing to compare them with.
    if (Effect !== 'Allow' || Action === undefined || Resource === undefined) return [];
    return [
      {
        policy,
        actions: [Action].flat(),
        resources: [Resource].flat(),
        conditional: Condition !== undefined,
      },
    ];
  });
}

/**
 * An event source mapping cannot be made without these, whether the run came to use them or not.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
 */
const FOR_A_QUEUE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

async function mappingUses(
  { services: { lambda }, call }: Account,
  roleName: string,
): Promise<readonly Use[]> {
  const { EventSourceMappings = [] } = await lambda.ListEventSourceMappings({}, call());
  const uses: Use[] = [];
  for (const { EventSourceArn = '', FunctionArn = '' } of EventSourceMappings) {
    const { Role = '' } = await lambda.GetFunctionConfiguration({ FunctionName: FunctionArn }, call());
    if (!Role.endsWith(`/${roleName}`) || !EventSourceArn.includes(':sqs:')) continue;
    uses.push(...FOR_A_QUEUE.map((action) => ({ action, resource: EventSourceArn })));
  }
  return uses;
}

function withMappings(uses: readonly Use[], needed: readonly Use[]): readonly Use[] {
  return [...new Map([...uses, ...needed].map((use) => [`${use.action} ${use.resource}`, use])).values()];
}

function reportLines(
  role: string,
  uses: readonly Use[],
  excess: readonly Excess[],
  denied: readonly Use[],
  { resources }: Deployed,
): readonly string[] {
  // A queue's physical id is its URL, which ends with its name.
  const names = Object.entries(resources).map(
    ([logicalId, { physicalId }]) => [logicalId, physicalId.slice(physicalId.lastIndexOf('/') + 1)] as const,
  );
  const short = (arn: string) => {
    const name = arn.startsWith('arn:') ? arn.split(':').slice(5).join(':') : arn;
    return names.reduce((text, [logicalId, own]) => (own ? text.replaceAll(own, logicalId) : text), name);
  };
  const used = [...new Set(uses.map(({ action }) => action))];
  const lines = ['', pc.bold(role), `  used ${used.length === 0 ? 'nothing' : used.sort().join(', ')}`];
  for (const one of excess) {
    const on = one.resource.split(', ').map(short).join(', ');
    if (one.kind === 'never-used')
      lines.push(`  ${pc.yellow('-')} ${one.action} on ${on}: granted by ${short(one.policy)}, never used`);
    if (one.kind === 'wildcard-action')
      lines.push(
        `  ${pc.yellow('*')} ${one.action} on ${on}: a wildcard action; used ${one.used.join(', ')}`,
      );
    if (one.kind === 'wildcard-resource') {
      const onWhat = one.used.map(short).join(', ');
      lines.push(`  ${pc.yellow('*')} ${one.action} on ${on}: a wildcard resource; used on ${onWhat}`);
    }
  }
  for (const { action, resource } of denied)
    lines.push(`  ${pc.red('!')} ${action} on ${short(resource)}: asked for and denied`);
  if (excess.length === 0) lines.push(`  ${pc.green('✓')} nothing is granted beyond that`);
  return lines;
}
