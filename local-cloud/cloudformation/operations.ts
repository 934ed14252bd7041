import type {
  CreateStackInput,
  CreateStackOutput,
  DeleteStackInput,
  DescribeStackEventsInput,
  DescribeStackEventsOutput,
  DescribeStackResourceInput,
  DescribeStackResourceOutput,
  DescribeStackResourcesInput,
  DescribeStackResourcesOutput,
  DescribeStacksInput,
  DescribeStacksOutput,
  GetTemplateSummaryInput,
  GetTemplateSummaryOutput,
  ListExportsInput,
  ListExportsOutput,
  ListImportsInput,
  ListImportsOutput,
  ListStackResourcesInput,
  ListStackResourcesOutput,
  ListStacksInput,
  ListStacksOutput,
  UpdateStackInput,
  UpdateStackOutput,
  UpdateTerminationProtectionInput,
  UpdateTerminationProtectionOutput,
  ValidateTemplateInput,
  ValidateTemplateOutput,
} from '@aws-sdk/client-cloudformation';
import { AwsError, notSupported } from '../errors.ts';
import type { Call, Cloud } from '../service.ts';
import { createChangeSetOperations } from './change-sets.ts';
import { isUnchanged } from './changes.ts';
import { eventsOf, resourceShape, stackShape } from './descriptions.ts';
import {
  asAws,
  checkRole,
  existingStack,
  type RequestTools,
  readRequest,
  required,
  templateOf,
  validationError,
} from './requests.ts';
import type { Stack, StackResource } from './stack.ts';
import { parse, refuseInProgress, type Stacks } from './stacks.ts';
import { readTemplate } from './template.ts';
import { templateSummary, validatedTemplate } from './template-summary.ts';

export type CloudFormationOperations = ReturnType<typeof createOperations>;

/** The operations of the wire. Stacks are worked on in the background, as on AWS; events tell how it goes. */
export function createOperations(cloud: Cloud, stacks: Stacks, tools: RequestTools) {
  return {
    async CreateStack(input: CreateStackInput, call: Call): Promise<CreateStackOutput> {
      const request = await readRequest(input, tools, call);
      const existing = stacks.find(request.stackName);
      if (existing && !/^(DELETE_COMPLETE|REVIEW_IN_PROGRESS)$/.test(existing.status))
        throw alreadyExists(existing.name);
      const { stack, plan } = asAws(() => stacks.open(request));
      stack.terminationProtection = input.EnableTerminationProtection ?? false;
      stack.changeSetId = undefined;
      inBackground(stacks.run(request, stack, plan, true, call));
      return { StackId: stack.id };
    },

    async UpdateStack(input: UpdateStackInput, call: Call): Promise<UpdateStackOutput> {
      const stack = existingStack(stacks, input.StackName, 'brackets');
      const request = await readRequest(input, tools, call, stack);
      refuseInProgress(stack, 'updated');
      if (/^(ROLLBACK|DELETE)_/.test(stack.status)) {
        throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
      }
      const plan = asAws(() => stacks.plan(request, stack));
      if (isUnchanged(plan, stack, request.tags ?? {}))
        throw validationError('No updates are to be performed.');
      stack.changeSetId = undefined;
      inBackground(stacks.run(request, stack, plan, false, call));
      return { StackId: stack.id };
    },

    /** Deleting what is not there is not an error. */
    DeleteStack(input: DeleteStackInput, call: Call): void {
      const stack = stacks.find(required(input.StackName, 'stackName'));
      if (!stack || stack.status === 'DELETE_COMPLETE' || stack.status === 'DELETE_IN_PROGRESS') return;
      if (stack.terminationProtection) {
        throw validationError(
          `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`,
        );
      }
      refuseInProgress(stack, 'deleted');
      if (input.DeletionMode === 'FORCE_DELETE_STACK') throw notSupported('Forced deletion of a stack');
      const retained = input.RetainResources ?? [];
      if (retained.length > 0 && stack.status !== 'DELETE_FAILED') {
        throw validationError(
          `Invalid operation on stack [${stack.id}]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
        );
      }
      for (const logicalId of retained) {
        const resource = stack.resources.get(logicalId);
        if (resource) resource.retain = true;
      }
      stack.roleArn = checkRole(input.RoleARN, tools.trusted) ?? stack.roleArn;
      inBackground(stacks.destroy(stack, call));
    },

    DescribeStacks({ StackName }: DescribeStacksInput): DescribeStacksOutput {
      const found = StackName ? [existingStack(stacks, StackName)] : stacks.existing();
      return { Stacks: found.map(stackShape) };
    },

    ListStacks({ StackStatusFilter }: ListStacksInput): ListStacksOutput {
      const found = stacks
        .all()
        .filter(({ status }) => !StackStatusFilter?.length || StackStatusFilter.includes(status));
      return {
        StackSummaries: found.map((stack) => ({
          StackId: stack.id,
          StackName: stack.name,
          TemplateDescription: stack.template.Description,
          CreationTime: stack.createdAt,
          LastUpdatedTime: stack.updatedAt,
          DeletionTime: stack.deletedAt,
          StackStatus: stack.status,
          StackStatusReason: stack.statusReason,
          DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
        })),
      };
    },

    DescribeStackEvents({ StackName, NextToken }: DescribeStackEventsInput): DescribeStackEventsOutput {
      const { events } = existingStack(stacks, StackName, 'brackets');
      return eventsOf(events, NextToken);
    },

    DescribeStackResources(input: DescribeStackResourcesInput): DescribeStackResourcesOutput {
      const stack = input.PhysicalResourceId
        ? stackWith(stacks, input.PhysicalResourceId)
        : existingStack(stacks, input.StackName);
      const wanted = input.LogicalResourceId;
      return {
        StackResources: resourcesOf(stack)
          .filter(({ logicalId }) => !wanted || logicalId === wanted)
          .map((resource) => resourceShape(stack, resource)),
      };
    },

    DescribeStackResource(input: DescribeStackResourceInput): DescribeStackResourceOutput {
      const stack = existingStack(stacks, input.StackName, 'quotes');
      const resource = stack.resources.get(input.LogicalResourceId ?? '');
      if (!resource) {
        throw validationError(
          `Resource ${input.LogicalResourceId} does not exist for stack ${input.StackName}`,
        );
      }
      const { Timestamp, ...shape } = resourceShape(stack, resource);
      const { Metadata } = stack.template.Resources[resource.logicalId] ?? {};
      return {
        StackResourceDetail: {
          ...shape,
          Metadata: JSON.stringify(Metadata ?? {}),
          LastUpdatedTimestamp: Timestamp,
        },
      };
    },

    ListStackResources({ StackName }: ListStackResourcesInput): ListStackResourcesOutput {
      const stack = existingStack(stacks, StackName);
      return {
        StackResourceSummaries: resourcesOf(stack).map((resource) => {
          const { Timestamp, StackId: _, StackName: __, ...shape } = resourceShape(stack, resource);
          return { ...shape, LastUpdatedTimestamp: Timestamp };
        }),
      };
    },

    async ValidateTemplate(input: ValidateTemplateInput, call: Call): Promise<ValidateTemplateOutput> {
      const text = await templateOf(input, tools.services, call);
      return validatedTemplate(asAws(() => readTemplate(parse(text))));
    },

    /** What a template asks for: of a stack that is there, or of one that may be. */
    async GetTemplateSummary(input: GetTemplateSummaryInput, call: Call): Promise<GetTemplateSummaryOutput> {
      const stack = input.StackName ? existingStack(stacks, input.StackName) : undefined;
      if (stack?.status === 'REVIEW_IN_PROGRESS') {
        throw validationError('GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.');
      }
      const text = stack ? stack.templateBody : await templateOf(input, tools.services, call);
      return templateSummary(asAws(() => readTemplate(parse(text))));
    },

    ListExports(_: ListExportsInput): ListExportsOutput {
      return {
        Exports: stacks
          .existing()
          .flatMap(({ id, outputs }) =>
            outputs.flatMap(({ exportName, value }) =>
              exportName === undefined ? [] : [{ ExportingStackId: id, Name: exportName, Value: value }],
            ),
          ),
      };
    },

    ListImports({ ExportName }: ListImportsInput): ListImportsOutput {
      const name = required(ExportName, 'exportName');
      const users = stacks.existing().filter(({ imports }) => imports.has(name));
      if (users.length === 0) throw validationError(`Export '${name}' is not imported by any stack.`);
      return { Imports: users.map((stack) => stack.name) };
    },

    UpdateTerminationProtection(input: UpdateTerminationProtectionInput): UpdateTerminationProtectionOutput {
      const stack = existingStack(stacks, input.StackName, 'brackets');
      stack.terminationProtection = input.EnableTerminationProtection ?? false;
      return { StackId: stack.id };
    },

    ...createChangeSetOperations(cloud, stacks, tools),
  };
}

/** By their logical ids, as AWS lists them. */
function resourcesOf(stack: Stack): StackResource[] {
  return [...stack.resources.values()].sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
}

/** The stack that has a resource of this physical id. */
function stackWith(stacks: Stacks, physicalId: string): Stack {
  const stack = stacks
    .existing()
    .find(({ resources }) => [...resources.values()].some((resource) => resource.physicalId === physicalId));
  if (!stack) throw validationError(`Stack for ${physicalId} does not exist`);
  return stack;
}

/** How it ends is told by the stack's status and events. */
function inBackground(operation: Promise<void>): void {
  operation.catch(() => {});
}

function alreadyExists(name: string) {
  return new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
}
