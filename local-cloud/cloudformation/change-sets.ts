import type {
  Change,
  CreateChangeSetInput,
  CreateChangeSetOutput,
  DeleteChangeSetInput,
  DescribeChangeSetInput,
  DescribeChangeSetOutput,
  ExecuteChangeSetInput,
  ListChangeSetsInput,
  ListChangeSetsOutput,
} from '@aws-sdk/client-cloudformation';
import { AwsError, notSupported } from '../errors.ts';
import { arnOf, type Call, type Cloud } from '../service.ts';
import { changesOf, isUnchanged, type ResourceChange } from './changes.ts';
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
import { readTemplate } from './template.ts';

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
}

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html */
export function createChangeSetOperations(cloud: Cloud, stacks: Stacks, tools: RequestTools) {
  const changeSets = new Map<string, ChangeSet>();

  function find(name: string | undefined, stackName: string | undefined): ChangeSet | undefined {
    const wanted = required(name, 'changeSetName');
    return [...changeSets.values()].find(
      (set) =>
        set.id === wanted ||
        (set.name === wanted && (set.stack.name === stackName || set.stack.id === stackName)),
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
    if (ChangeSetType === 'IMPORT') throw notSupported('A change set of type IMPORT');
    if (ChangeSetType === 'CREATE') {
      if (exists && stack.status !== 'REVIEW_IN_PROGRESS') {
        throw validationError(
          `Stack [${name}] already exists and cannot be created again with the changeSet [${ChangeSetName}].`,
        );
      }
      return undefined;
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

  return {
    async CreateChangeSet(input: CreateChangeSetInput, call: Call): Promise<CreateChangeSetOutput> {
      const name = required(input.ChangeSetName, 'changeSetName');
      const request = await readRequest(input, tools, call, updatedStack(input));
      // Something may have happened to the stack while the template was read.
      const updated = updatedStack(input);
      const isNew = !updated;
      const stack = updated ?? stackInReview(request);
      const taken = [...changeSets.values()].some((set) => set.name === name && set.stack === stack);
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
      };
      changeSets.set(set.id, set);
      return { Id: set.id, StackId: stack.id };
    },

    DescribeChangeSet({ ChangeSetName, StackName }: DescribeChangeSetInput): DescribeChangeSetOutput {
      const set = existing(ChangeSetName, StackName);
      return {
        ChangeSetName: set.name,
        ChangeSetId: set.id,
        StackId: set.stack.id,
        StackName: set.stack.name,
        Description: set.description,
        CreationTime: set.createdAt,
        Status: set.status,
        StatusReason: set.statusReason,
        ExecutionStatus: set.status === 'FAILED' ? 'UNAVAILABLE' : 'AVAILABLE',
        Parameters: Object.entries(set.request.parameters ?? {}).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
        Tags: Object.entries(set.request.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
        Changes: set.changes.map(changeShape),
      };
    },

    ExecuteChangeSet({ ChangeSetName, StackName }: ExecuteChangeSetInput, call: Call): Record<string, never> {
      const set = existing(ChangeSetName, StackName);
      const { stack, isNew, request } = set;
      if (set.status === 'FAILED') {
        throw new AwsError(
          'InvalidChangeSetStatusException',
          `ChangeSet [${set.id}] cannot be executed in its current status of [FAILED]`,
        );
      }
      refuseInProgress(stack, 'updated');
      const plan = asAws(() => {
        const made = stacks.plan(request, stack);
        stacks.checkExports(made, stack);
        return made;
      });
      // Once a stack has changed, none of its change sets describes it any more.
      for (const other of changeSets.values()) if (other.stack === stack) changeSets.delete(other.id);
      stack.changeSetId = set.id;
      stacks.run(request, stack, plan, isNew, call).catch(() => {});
      return {};
    },

    /** Deleting what is not there is not an error, as long as the stack is. */
    DeleteChangeSet({ ChangeSetName, StackName }: DeleteChangeSetInput): Record<string, never> {
      const set = find(ChangeSetName, StackName);
      if (set) changeSets.delete(set.id);
      else if (StackName && !stacks.find(StackName))
        throw validationError(`Stack [${StackName}] does not exist`);
      return {};
    },

    ListChangeSets({ StackName }: ListChangeSetsInput): ListChangeSetsOutput {
      const stack = existingStack(stacks, StackName);
      return {
        Summaries: [...changeSets.values()]
          .filter((set) => set.stack === stack)
          .map((set) => ({
            StackId: stack.id,
            StackName: stack.name,
            ChangeSetId: set.id,
            ChangeSetName: set.name,
            Status: set.status,
            StatusReason: set.statusReason,
            ExecutionStatus: set.status === 'FAILED' ? 'UNAVAILABLE' : 'AVAILABLE',
            CreationTime: set.createdAt,
            Description: set.description,
          })),
      };
    },
  };
}

function changeShape({
  action,
  logicalId,
  physicalId,
  type,
  replacement,
  properties,
}: ResourceChange): Change {
  return {
    Type: 'Resource',
    ResourceChange: {
      Action: action,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type.type,
      ...(action === 'Modify' && {
        Replacement: replacement ? 'True' : 'False',
        Scope: ['Properties'],
        Details: properties.map((Name) => ({
          Target: {
            Attribute: 'Properties',
            Name,
            RequiresRecreation: type.properties[Name]?.change === 'replacement' ? 'Always' : 'Never',
          },
          Evaluation: 'Static',
          ChangeSource: 'DirectModification',
        })),
      }),
    },
  };
}
