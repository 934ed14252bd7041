import { inPlace, type ResourceType, replacement } from '../resource-type.ts';
import { removePolicies, setPolicies } from './sqs-queue-policy.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queueinlinepolicy.html */
export const sqsQueueInlinePolicy: ResourceType = {
  type: 'AWS::SQS::QueueInlinePolicy',
  properties: {
    PolicyDocument: { ...inPlace, required: true },
    Queue: { ...replacement, required: true },
  },
  attributes: [],

  async create(properties, context) {
    const url = properties.requiredText('Queue');
    await setPolicies(properties, [url], context);
    return { physicalId: url, attributes: {} };
  },

  async update(current, properties, _, context) {
    await setPolicies(properties, [current.physicalId], context);
    return current;
  },

  async delete({ physicalId }, _, context) {
    await removePolicies([physicalId], context);
  },
};
