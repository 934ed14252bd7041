import type {
  CreateChangeSetInput,
  CreateChangeSetOutput,
  DeleteChangeSetInput,
  DescribeChangeSetInput,
  DescribeChangeSetOutput,
  ExecuteChangeSetInput,
  ExecutionStatus,
  GetTemplateInput,
  GetTemplateOutput,
  ListChangeSetsInput,
  ListChangeSetsOutput,
} from '@aws-sdk/client-cloudformation';
import { AwsError, notSupported } from '../errors.ts';
import { arnOf, type Call, type Cloud } from '../service.ts';
import { changeShape } from './change-shapes.ts';
import { changesOf, isUnchanged, type ResourceChange } from './changes.ts';
import { some } from './descriptions.ts';
import { parameterShapes } from './parameter-shapes.ts';
import {
  asAws,
  existingStack,
  type RequestTools,
  readRequest,
  required,
  validationError,
} from './requests.ts';
import { newStack, type Stack, setStackStatus } from './stack.ts';
import { parse, refuseInProgress, type StackRequest, type Stacks } from './stacks.ts';
import { readTemplate, type Template } from './template.ts';

interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stack: Stack;
  readonly isNew: boolean;
  readonly request: StackRequest;
  readonly createdAt: Date;
  readonly description?: string;
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly statusReason?: string;
  readonly changes: readonly ResourceChange[];
  readonly template: Template;
  /** The stack's revision that it describes. */
  readonly revision: number;
  execution?: 'EXECUTE_IN_PROGRESS' | 'EXECUTE_COMPLETE' | 'EXECUTE_FAILED';
}

/** Those that were executed are kept for those who ask how it went. */
const MOST_EXECUTED = 100;

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html */
export function createChangeSetOperations(cloud: Cloud, stacks: Stacks, tools: RequestTools) {
  const changeSets = new Map<string, ChangeSet>();

  /** The one that was made last, where there are several of one name. */
  function find(name: string | undefined, stackName: string | undefined): ChangeSet | undefined {
    const wanted = required(name, 'changeSetName');
    if (!wanted.startsWith('arn:')) {
      if (!stackName)
        throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
      existingStack(stacks, stackName, 'brackets');
    }
    return [...changeSets.values()].findLast(
      (set) => set.id === wanted || (set.name === wanted && set.stack === stacks.find(stackName ?? '')),
    );
  }

  function existing(name: string | undefined, stackName: string | undefined): ChangeSet {
    const found = find(name, stackName);
    if (!found)
      throw new AwsError('ChangeSetNotFoundException', `ChangeSet [${name}] does not exist`, { status: 404 });
    return found;
  }

  /** The stack that a change set would update; undefined when it is to create one. */
  function updatedStack({
    StackName,
    ChangeSetName,
    ChangeSetType,
  }: CreateChangeSetInput): Stack | undefined {
    const name = required(StackName, 'stackName');
    const stack = stacks.find(name);
    const exists = stack && stack.status !== 'DELETE_COMPLETE';
    checkNames(name, ChangeSetName ?? '');
    if (ChangeSetType === 'IMPORT') throw notSupported('A change set of type IMPORT');
    if (ChangeSetType === 'CREATE') {
      // A deleted stack is found by its id, and does not come back.
      if (stack && stack.status !== 'REVIEW_IN_PROGRESS') {
        throw validationError(
          `Stack [${name}] already exists and cannot be created again with the changeSet [${ChangeSetName}].`,
        );
      }
      return undefined;
    }
    if (ChangeSetType !== undefined && ChangeSetType !== 'UPDATE') {
      throw validationError(
        `1 validation error detected: Value '${ChangeSetType}' at 'changeSetType' failed to satisfy constraint: Member must satisfy enum value set: [IMPORT, UPDATE, CREATE]`,
      );
    }
    if (!exists) throw validationError(`Stack [${name}] does not exist`);
    refuseInProgress(stack, 'updated');
    return stack;
  }

  /** A change set for a stack that is to be created makes the stack too, without resources, in review. */
  function stackInReview({ stackName, template }: StackRequest): Stack {
    const inReview = stacks.find(stackName);
    if (inReview?.status === 'REVIEW_IN_PROGRESS') return inReview;
    return newStack(
      cloud,
      stackName,
      'REVIEW_IN_PROGRESS',
      asAws(() => readTemplate(parse(template))),
    );
  }

  function forgetOldest(): void {
    const executed = [...changeSets.values()].filter(({ execution }) => execution);
    const [oldest] = executed;
    if (oldest && executed.length >= MOST_EXECUTED) changeSets.delete(oldest.id);
  }

  return {
    async CreateChangeSet(input: CreateChangeSetInput, call: Call): Promise<CreateChangeSetOutput> {
      const name = required(input.ChangeSetName, 'changeSetName');
      const existed = updatedStack(input);
      const request = {
        ...(await readRequest(input, tools, call, existed)),
        capabilities: input.Capabilities ?? [],
      };
      // Something may have happened to the stack while the template was read.
      const updated = updatedStack(input);
      const isNew = !updated;
      const stack = updated ?? stackInReview(request);
      const taken = [...changeSets.values()].some(
        (set) => set.name === name && set.stack === stack && !set.execution,
      );
      if (taken) throw new AwsError('AlreadyExistsException', `ChangeSet ${name} already exists`);
      const plan = asAws(() => stacks.plan(request, stack));
      if (isNew && stacks.find(stack.name) !== stack) {
        stacks.add(stack);
        setStackStatus(cloud, stack, 'REVIEW_IN_PROGRESS', 'User Initiated');
      }
      const unchanged = !isNew && isUnchanged(plan, stack, request.tags ?? {});
      const set: ChangeSet = {
        id: arnOf(cloud, 'cloudformation', `changeSet/${name}/${cloud.uuid()}`),
        name,
        stack,
        isNew,
        request,
        createdAt: new Date(cloud.clock.now()),
        description: input.Description,
        status: unchanged ? 'FAILED' : 'CREATE_COMPLETE',
        ...(unchanged && { statusReason: NO_CHANGES }),
        changes: changesOf(plan, isNew ? undefined : stack),
        template: plan.template,
        revision: stack.revision,
      };
      changeSets.set(set.id, set);
      return { Id: set.id, StackId: stack.id };
    },

    DescribeChangeSet(input: DescribeChangeSetInput): DescribeChangeSetOutput {
      const set = existing(input.ChangeSetName, input.StackName);
      const { template, request } = set;
      return {
        ChangeSetName: set.name,
        ChangeSetId: set.id,
        StackId: set.stack.id,
        StackName: set.stack.name,
        Description: set.description,
        CreationTime: set.createdAt,
        Status: set.status,
        StatusReason: set.statusReason,
        ExecutionStatus: executionOf(set),
        Parameters: some(parameterShapes(template, request.parameters ?? {}, request.stored)),
        Tags: some(Object.entries(request.tags ?? {}).map(([Key, Value]) => ({ Key, Value }))),
        Capabilities: [...(request.capabilities ?? [])],
        NotificationARNs: [],
        RollbackConfiguration: {},
        IncludeNestedStacks: false,
        Changes: set.changes.map((change) => changeShape(change, input.IncludePropertyValues ?? false)),
      };
    },

    ExecuteChangeSet(input: ExecuteChangeSetInput, call: Call): Record<string, never> {
      if (input.DisableRollback) throw notSupported('DisableRollback of a stack');
      if (input.RetainExceptOnCreate) throw notSupported('RetainExceptOnCreate of a stack');
      const set = existing(input.ChangeSetName, input.StackName);
      const { stack, isNew, request } = set;
      if (set.status === 'FAILED') {
        throw new AwsError(
          'InvalidChangeSetStatusException',
          `ChangeSet [${set.id}] cannot be executed in its current status of [FAILED]`,
        );
      }
      const execution = executionOf(set);
      if (execution !== 'AVAILABLE') {
        throw new AwsError(
          'InvalidChangeSetStatusException',
          `ChangeSet [${set.id}] cannot be executed in its current execution status of [${execution}]`,
        );
      }
      refuseInProgress(stack, 'updated');
      const plan = asAws(() => stacks.plan(request, stack));
      // Once a stack has changed, none of its change sets describes it any more.
      for (const other of changeSets.values()) {
        if (other.stack === stack && !other.execution && other !== set) changeSets.delete(other.id);
      }
      forgetOldest();
      stack.changeSetId = set.id;
      stack.updatedAt = new Date(cloud.clock.now());
      set.execution = 'EXECUTE_IN_PROGRESS';
      stacks.run(request, stack, plan, isNew, call).then(
        () => {
          set.execution = 'EXECUTE_COMPLETE';
        },
        () => {
          set.execution = 'EXECUTE_FAILED';
        },
      );
      return {};
    },

    /** Deleting what is not there is not an error, as long as the stack is. */
    DeleteChangeSet({ ChangeSetName, StackName }: DeleteChangeSetInput): Record<string, never> {
      const set = find(ChangeSetName, StackName);
      if (set) changeSets.delete(set.id);
      return {};
    },

    ListChangeSets({ StackName }: ListChangeSetsInput): ListChangeSetsOutput {
      const stack = existingStack(stacks, StackName, 'brackets');
      return {
        Summaries: [...changeSets.values()]
          .filter((set) => set.stack === stack && !set.execution)
          .map((set) => ({
            StackId: stack.id,
            StackName: stack.name,
            ChangeSetId: set.id,
            ChangeSetName: set.name,
            Status: set.status,
            StatusReason: set.statusReason,
            ExecutionStatus: executionOf(set),
            CreationTime: set.createdAt,
            IncludeNestedStacks: false,
            Description: set.description,
          })),
      };
    },

    /** The template of a stack, or of a change set. */
    GetTemplate({ StackName, ChangeSetName }: GetTemplateInput): GetTemplateOutput {
      if (!StackName && !ChangeSetName?.startsWith('arn:')) {
        throw validationError('StackName is a required parameter.');
      }
      const TemplateBody = ChangeSetName
        ? String(existing(ChangeSetName, StackName).request.template)
        : existingStack(stacks, StackName).templateBody;
      return { TemplateBody, StagesAvailable: ['Original', 'Processed'] };
    },
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html */
function executionOf({ status, execution, revision, stack }: ChangeSet): ExecutionStatus {
  if (execution) return execution;
  if (status === 'FAILED') return 'UNAVAILABLE';
  // The stack is no longer what the changes were worked out for.
  return revision === stack.revision ? 'AVAILABLE' : 'OBSOLETE';
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html */
function checkNames(stackName: string, changeSetName: string): void {
  const patterns = [
    ['stackName', stackName, '[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*'],
    ['changeSetName', changeSetName, '[a-zA-Z][-a-zA-Z0-9]*'],
  ] as const;
  for (const [member, value, pattern] of patterns) {
    if (new RegExp(`^(?:${pattern})$`).test(value)) continue;
    throw validationError(
      `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`,
    );
  }
}
