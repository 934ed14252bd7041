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
import { asAws, existingStack, readRequest, required, validationError } from './requests.ts';
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
export function createChangeSetOperations(cloud: Cloud, stacks: Stacks) {
  const changeSets = new Map<string, ChangeSet>();

  function find(name: string | undefined, stackName: string | undefined): ChangeSet {
    const wanted = required(name, 'changeSetName');
    const found = [...changeSets.values()].find(
      (set) =>
        set.id === wanted ||
        (set.name === wanted && (set.stack.name === stackName || set.stack.id === stackName)),
    );
    if (!found)
      throw new AwsError('ChangeSetNotFoundException', `ChangeSet [${name}] does not exist`, { status: 404 });
    return found;
  }

  /** A change set for a stack that is to be created makes the stack too, without resources, in review. */
  function stackFor(input: CreateChangeSetInput): { stack: Stack; isNew: boolean } {
    const name = required(input.StackName, 'stackName');
    const existing = stacks.find(name);
    const exists = existing && existing.status !== 'DELETE_COMPLETE';
    if (input.ChangeSetType === 'IMPORT') throw notSupported('A change set of type IMPORT');
    if (input.ChangeSetType === 'CREATE') {
      if (exists && existing.status !== 'REVIEW_IN_PROGRESS') {
        throw validationError(
          `Stack [${name}] already exists and cannot be created again with the changeSet [${input.ChangeSetName}].`,
        );
      }
      if (exists) return { stack: existing, isNew: true };
      const template = asAws(() => readTemplate(parse(readRequest(input).template)));
      return { stack: newStack(cloud, name, 'REVIEW_IN_PROGRESS', template), isNew: true };
    }
    if (!exists) throw validationError(`Stack [${name}] does not exist`);
    refuseInProgress(existing, 'updated');
    return { stack: existing, isNew: false };
  }

  return {
    CreateChangeSet(input: CreateChangeSetInput, _: Call): CreateChangeSetOutput {
      const name = required(input.ChangeSetName, 'changeSetName');
      const { stack, isNew } = stackFor(input);
      const taken = [...changeSets.values()].some((set) => set.name === name && set.stack === stack);
      if (taken) throw new AwsError('AlreadyExistsException', `ChangeSet ${name} already exists`);
      const request = readRequest(input, isNew ? undefined : stack);
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
      const set = find(ChangeSetName, StackName);
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
      const set = find(ChangeSetName, StackName);
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

    DeleteChangeSet({ ChangeSetName, StackName }: DeleteChangeSetInput): Record<string, never> {
      changeSets.delete(find(ChangeSetName, StackName).id);
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
