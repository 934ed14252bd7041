import type { PropertyReader } from '../properties.ts';
import { inPlace, type ResourceType } from '../resource-type.ts';
import type { ResourceContext } from '../services.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html */
export const sqsQueuePolicy: ResourceType = {
  type: 'AWS::SQS::QueuePolicy',
  properties: {
    PolicyDocument: { ...inPlace, required: true },
    Queues: { ...inPlace, required: true },
  },
  attributes: ['Id'],

  async create(properties, context) {
    await setPolicies(properties, properties.texts('Queues') ?? [], context);
    const physicalId = context.newName(128);
    return { physicalId, attributes: { Id: physicalId } };
  },

  async update(current, properties, previous, context) {
    const kept = properties.texts('Queues') ?? [];
    await setPolicies(properties, kept, context);
    await removePolicies(
      (previous.texts('Queues') ?? []).filter((url) => !kept.includes(url)),
      context,
    );
    return current;
  },

  async delete(_, properties, context) {
    await removePolicies(properties.texts('Queues') ?? [], context);
  },
};

/** Gives each queue the resource's `PolicyDocument`. */
export async function setPolicies(
  properties: PropertyReader,
  urls: readonly string[],
  { services, call }: ResourceContext,
): Promise<void> {
  const Policy = properties.json('PolicyDocument') ?? '';
  for (const QueueUrl of urls) {
    await services.sqs.SetQueueAttributes({ QueueUrl, Attributes: { Policy } }, call());
  }
}

/** Takes the policy of each queue away. */
export async function removePolicies(
  urls: readonly string[],
  { services, call }: ResourceContext,
): Promise<void> {
  for (const QueueUrl of urls) {
    await services.sqs.SetQueueAttributes({ QueueUrl, Attributes: { Policy: '' } }, call());
  }
}
