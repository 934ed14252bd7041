import { inPlace, type ResourceType } from '../resource-type.ts';

/** CDK's list of the constructs that a stack uses, for its makers. It makes nothing, on AWS either. */
export const cdkMetadata: ResourceType = {
  type: 'AWS::CDK::Metadata',
  properties: { Analytics: inPlace },
  attributes: [],
  create: async (_, { newName }) => ({ physicalId: newName(128), attributes: {} }),
  update: async (current) => current,
  delete: async () => {},
};
