import type { AddPermissionRequest, RemovePermissionRequest } from '@aws-sdk/client-sqs';
import type { Cloud } from '../../service.ts';
import type { Billing } from './billing.ts';
import { invalidValue, missingParameter, overLimit } from './errors.ts';
import type { Queue, Queues } from './queues.ts';

interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: PolicyStatement | PolicyStatement[];
}

interface PolicyStatement {
  Sid?: string;
  [element: string]: unknown;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html */
const GRANTABLE: readonly string[] = [
  '*',
  'ChangeMessageVisibility',
  'DeleteMessage',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'PurgeQueue',
  'ReceiveMessage',
  'SendMessage',
];
const MOST_ACTIONS = 7;
const LABEL = /^[A-Za-z0-9_-]{1,80}$/;

export function createPolicyOperations(cloud: Cloud, queues: Queues, bill: Billing) {
  return {
    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html */
    AddPermission({ QueueUrl, Label, AWSAccountIds, Actions }: AddPermissionRequest): void {
      const queue = queues.resolve(QueueUrl);
      if (!Label) throw missingParameter('Label');
      if (!Actions?.length) throw missingParameter('Actions');
      if (!AWSAccountIds?.length) throw missingParameter('AWSAccountIds');
      checkGrant(Label, Actions, AWSAccountIds);
      const policy = policyOf(queue);
      if (policy.Statement.some(({ Sid }) => Sid === Label)) {
        throw invalidValue(Label, 'Label', 'Already exists.');
      }
      const statement = {
        Sid: Label,
        Effect: 'Allow',
        Principal: {
          AWS: oneOrMany(AWSAccountIds.map((id) => `arn:${cloud.partition}:iam::${id}:root`)),
        },
        Action: oneOrMany(Actions.map((action) => `SQS:${action}`)),
        Resource: queue.arn,
      };
      setPolicy(queue, { ...policy, Statement: [...policy.Statement, statement] });
      bill(queue.arn);
    },

    /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_RemovePermission.html */
    RemovePermission({ QueueUrl, Label }: RemovePermissionRequest): void {
      const queue = queues.resolve(QueueUrl);
      if (!Label) throw missingParameter('Label');
      const policy = policyOf(queue);
      const others = policy.Statement.filter(({ Sid }) => Sid !== Label);
      if (others.length === policy.Statement.length) throw invalidValue(Label, 'Label', "can't find label.");
      setPolicy(queue, { ...policy, Statement: others });
      bill(queue.arn);
    },
  };

  function setPolicy(queue: Queue, policy: PolicyDocument & { Statement: PolicyStatement[] }): void {
    queues.update(queue, { Policy: policy.Statement.length > 0 ? JSON.stringify(policy) : '' });
  }
}

function policyOf(queue: Queue): PolicyDocument & { Statement: PolicyStatement[] } {
  const { Policy } = queue.attributes;
  if (!Policy) {
    return { Version: '2008-10-17', Id: `${queue.arn}/SQSDefaultPolicy`, Statement: [] };
  }
  // Checked when it was set.
  const policy = JSON.parse(Policy) as PolicyDocument;
  return { ...policy, Statement: [policy.Statement].flat() };
}

function checkGrant(label: string, actions: readonly string[], accountIds: readonly string[]): void {
  if (!LABEL.test(label)) {
    throw invalidValue(
      label,
      'Label',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  }
  if (actions.length > MOST_ACTIONS) {
    throw overLimit(`${actions.length} Actions were found, maximum allowed is ${MOST_ACTIONS}.`);
  }
  for (const action of actions) {
    if (!GRANTABLE.includes(action)) {
      throw invalidValue(
        `SQS:${action}`,
        'ActionName',
        'Please refer to the appropriate WSDL for a list of valid actions. ',
      );
    }
  }
  for (const id of accountIds) {
    if (!/^\d{12}$/.test(id)) throw invalidValue(`[${id}]`, 'PrincipalId', 'Unable to verify.');
  }
}

function oneOrMany(values: string[]): string | string[] {
  return values.length === 1 ? (values[0] ?? '') : values;
}
