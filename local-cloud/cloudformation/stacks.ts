import type { Capability } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../errors.ts';
import { rolePrincipal } from '../iam/credentials.ts';
import type { Call, Cloud } from '../service.ts';
import { isUnchanged } from './changes.ts';
import { createEngine } from './engine.ts';
import { DeployError, templateError } from './errors.ts';
import type { StoredValues } from './parameters.ts';
import { makePlan, type Plan } from './plan.ts';
import { refuseTypeChanges } from './refusals.ts';
import type { StackServices } from './services.ts';
import { newStack, type Stack, setStackStatus } from './stack.ts';
import { withStoredValues } from './stored-parameters.ts';
import { objectOf, readTemplate } from './template.ts';
import { readTemplateText } from './template-text.ts';

/** A template and what it is to be deployed with. */
export interface StackRequest {
  stackName: string;
  /** The template as an object, or its JSON text. */
  template: object | string;
  /** By name; the rest takes its default. */
  parameters?: Readonly<Record<string, string>>;
  /** Put on every resource that can have tags. */
  tags?: Readonly<Record<string, string>>;
  /** Values of SSM parameters that the template's parameters name, as they were when it was asked. */
  stored?: StoredValues;
  /** ARN of the role with which CloudFormation works on the stack; without it, as the caller. */
  roleArn?: string;
  /** What the caller acknowledged; without it, what the stack has stays. */
  capabilities?: readonly Capability[];
}

export type Stacks = ReturnType<typeof createStacks>;

/** What a deleted stack leaves: its story, under its id. */
const MOST_DELETED = 100;

/** Makes an account without stacks. */
export function createStacks(cloud: Cloud, services: StackServices) {
  const engine = createEngine(cloud, services);
  const byName = new Map<string, Stack>();
  const deleted: Stack[] = [];

  function find(nameOrId: string): Stack | undefined {
    const stack = byName.get(nameOrId);
    if (stack) return stack;
    return [...byName.values(), ...deleted].find(({ id }) => id === nameOrId);
  }

  function forget(stack: Stack): void {
    byName.delete(stack.name);
    deleted.push(stack);
    if (deleted.length > MOST_DELETED) deleted.shift();
  }

  function exportsOf(otherThan?: Stack): Map<string, { value: string; stack: Stack }> {
    const stacks = [...byName.values()].filter((stack) => stack !== otherThan);
    return new Map(
      stacks.flatMap((stack) =>
        stack.outputs.flatMap(({ exportName, value }) =>
          exportName === undefined ? [] : [[exportName, { value, stack }] as const],
        ),
      ),
    );
  }

  /**
   * @param late whether wrong properties of a resource are found out when it is made, as on AWS
   * @throws DeployError
   */
  function plan(request: StackRequest, stack: Stack, late = true): Plan {
    const template = readTemplate(parse(request.template));
    const others = exportsOf(stack);
    const { accountId, region, partition } = cloud;
    const made = makePlan({
      template,
      given: request.parameters ?? {},
      stored: request.stored,
      stackTags: request.tags ?? {},
      identity: { stackName: stack.name, stackId: stack.id, accountId, region, partition },
      exportOf: (name) => others.get(name)?.value,
      late,
    });
    refuseTypeChanges(stack, made);
    return made;
  }

  /** Exports are one name space for the account, and stay while another stack imports them. */
  function checkExports(made: Plan, stack: Stack): void {
    const others = exportsOf(stack);
    const exported = new Map(
      made.outputs((id) => stack.resources.get(id)).map(({ exportName, value }) => [exportName, value]),
    );
    for (const name of exported.keys()) {
      const other = name === undefined ? undefined : others.get(name);
      if (other)
        throw templateError(`Export with name ${name} is already exported by stack ${other.stack.name}`);
    }
    for (const { exportName } of stack.outputs) {
      if (exportName !== undefined && !exported.has(exportName)) refuseWhileImported(exportName);
    }
  }

  function exportConflict(made: Plan, stack: Stack): Error | undefined {
    try {
      checkExports(made, stack);
      return undefined;
    } catch (error) {
      if (error instanceof DeployError) return error;
      throw error;
    }
  }

  function refuseWhileImported(name: string): void {
    const user = [...byName.values()].find(({ imports }) => imports.has(name));
    if (user)
      throw new DeployError('refused', `Cannot delete export ${name} as it is in use by ${user.name}.`);
  }

  /** A stack that is to be created: it is there from now on, without resources. One in review becomes that stack. */
  function open(request: StackRequest, late = true): { stack: Stack; plan: Plan } {
    checkName(request.stackName);
    const inReview = byName.get(request.stackName);
    const stack =
      inReview ??
      newStack(cloud, request.stackName, 'CREATE_IN_PROGRESS', readTemplate(parse(request.template)));
    const made = plan(request, stack, late);
    if (!late) checkExports(made, stack);
    byName.set(stack.name, stack);
    return { stack, plan: made };
  }

  /** With a role, CloudFormation makes every call as that role. */
  function asServiceRole({ roleArn }: Stack, call: Call): Call {
    return roleArn ? { ...call, principal: rolePrincipal(cloud, roleArn, 'AWSCloudFormation') } : call;
  }

  async function run(
    request: StackRequest,
    stack: Stack,
    made: Plan,
    isNew: boolean,
    call: Call,
  ): Promise<void> {
    const before = { ...stack };
    stack.revision += 1;
    stack.template = made.template;
    stack.templateBody = bodyOf(request.template);
    stack.parameters = request.parameters ?? {};
    stack.parameterValues = made.parameters;
    stack.tags = request.tags ?? {};
    stack.stored = request.stored ?? {};
    if (request.roleArn) stack.roleArn = request.roleArn;
    if (request.capabilities) stack.capabilities = request.capabilities;
    if (!isNew) stack.updatedAt = new Date(cloud.clock.now());
    // Time does not jump over a deployment.
    const work = cloud.clock.begin();
    try {
      const failure = exportConflict(made, stack) ?? made.failure();
      await engine.deploy({ stack, plan: made, call: asServiceRole(stack, call), failure }, isNew);
    } catch (error) {
      const { template, templateBody, parameters, parameterValues, tags, stored, capabilities } = before;
      const kept = { template, templateBody, parameters, parameterValues, tags, stored, capabilities };
      if (!isNew) Object.assign(stack, kept);
      throw error;
    } finally {
      work.end();
    }
  }

  /** @throws DeployError of the first resource that could not be deleted, or for an export that is in use */
  async function destroy(stack: Stack, call: Call): Promise<void> {
    try {
      for (const { exportName } of stack.outputs)
        if (exportName !== undefined) refuseWhileImported(exportName);
    } catch (error) {
      const reason = `Delete canceled. ${error instanceof Error ? error.message : String(error)}`;
      setStackStatus(cloud, stack, stack.status, reason);
      throw error;
    }
    const work = cloud.clock.begin();
    try {
      await engine.destroy(stack, asServiceRole(stack, call));
      forget(stack);
    } finally {
      work.end();
    }
  }

  return {
    find,
    plan,
    open,
    run,
    destroy,
    /** Puts a stack there that a change set is going to make. */
    add: (stack: Stack): void => {
      byName.set(stack.name, stack);
    },
    /** Stacks that exist, then those that are gone. */
    all: (): Stack[] => [...byName.values(), ...deleted],
    existing: (): Stack[] => [...byName.values()],

    /**
     * Creates a stack, or updates the one of that name. A stack whose creation was rolled back is made anew.
     * @throws DeployError
     */
    async deploy(asked: StackRequest, call: Call): Promise<Stack> {
      const request = await withStoredValues(asked, services, call);
      const existing = byName.get(request.stackName);
      if (existing && /^(ROLLBACK_(COMPLETE|FAILED)|REVIEW_IN_PROGRESS)$/.test(existing.status)) {
        await destroy(existing, call);
      }
      const stack = byName.get(request.stackName);
      if (!stack) {
        const opened = open(request, false);
        await run(request, opened.stack, opened.plan, true, call);
        return opened.stack;
      }
      refuseInProgress(stack, 'updated');
      const made = plan(request, stack, false);
      checkExports(made, stack);
      if (!isUnchanged(made, stack, request.tags ?? {})) await run(request, stack, made, false, call);
      return stack;
    },
  };
}

/** @throws ValidationError while another operation runs on the stack */
export function refuseInProgress(stack: Stack, what: 'updated' | 'deleted'): void {
  if (!stack.status.endsWith('_IN_PROGRESS') || stack.status === 'REVIEW_IN_PROGRESS') return;
  throw new AwsError(
    'ValidationError',
    `Stack:${stack.id} is in ${stack.status} state and can not be ${what}.`,
  );
}

/** A template as text, JSON or YAML, or as the object that it describes. */
export function parse(template: object | string): unknown {
  return typeof template === 'string' ? readTemplateText(template) : template;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
function checkName(name: string): void {
  const broken = !/^[a-zA-Z][-a-zA-Z0-9]*$/.test(name)
    ? 'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*'
    : name.length > 128 && 'Member must have length less than or equal to 128';
  if (!broken) return;
  throw templateError(
    `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: ${broken}`,
  );
}

/** The text of a template, as `GetTemplate` returns it. */
function bodyOf(source: unknown): string {
  return typeof source === 'string' ? source : JSON.stringify(objectOf(source));
}
