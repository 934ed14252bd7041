import type { PutPermissionRequest, RemovePermissionRequest } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../errors.ts';
import { checkResourcePolicy } from '../../iam/policy.ts';
import type { Cloud } from '../../service.ts';
import type { Buses, StoredBus } from './buses.ts';
import { constraint, notFound, validation } from './errors.ts';

interface Statement {
  Sid?: string;
  [element: string]: unknown;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const LONGEST_POLICY = 10_240;
const VERSION = '2012-10-17';

/** Who may use a bus, besides its account. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html */
export function createPermissionOperations(cloud: Cloud, buses: Buses) {
  function setPolicy(bus: StoredBus, policy: string): void {
    if (Buffer.byteLength(policy) > LONGEST_POLICY) {
      throw new AwsError(
        'PolicyLengthExceededException',
        `The event bus policy is longer than ${LONGEST_POLICY} bytes.`,
      );
    }
    checkResourcePolicy(policy, () => validation('This policy contains invalid Json'));
    bus.policy = policy;
    bus.modifiedAt = cloud.clock.now();
  }

  return {
    /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html */
    PutPermission(input: PutPermissionRequest): void {
      const bus = buses.get(input.EventBusName);
      if (input.Policy !== undefined) {
        setPolicy(bus, input.Policy);
        return;
      }
      const statement = statementOf(cloud, bus, input);
      const others = statementsOf(bus).filter(({ Sid }) => Sid !== statement.Sid);
      setPolicy(bus, JSON.stringify({ Version: VERSION, Statement: [...others, statement] }));
    },

    /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemovePermission.html */
    RemovePermission({ EventBusName, StatementId, RemoveAllPermissions }: RemovePermissionRequest): void {
      const bus = buses.get(EventBusName);
      const statements = statementsOf(bus);
      const others = RemoveAllPermissions ? [] : statements.filter(({ Sid }) => Sid !== StatementId);
      if (!RemoveAllPermissions && others.length === statements.length) {
        throw notFound('Statement with the provided id does not exist.');
      }
      bus.policy = others.length > 0 ? JSON.stringify({ Version: VERSION, Statement: others }) : undefined;
      bus.modifiedAt = cloud.clock.now();
    },
  };
}

function statementsOf({ policy }: StoredBus): Statement[] {
  if (!policy) return [];
  // Checked when it was set.
  return [(JSON.parse(policy) as { Statement: Statement | Statement[] }).Statement].flat();
}

function statementOf(
  { partition }: Cloud,
  bus: StoredBus,
  { Action, Principal, StatementId, Condition }: PutPermissionRequest,
): Statement {
  if (Action === undefined) throw constraint(Action, 'action', 'not be null');
  if (Action !== 'events:PutEvents') {
    throw validation(`Provided value in parameter 'action' is not supported.`);
  }
  if (Principal === undefined || !/^(\d{12}|\*)$/.test(Principal)) {
    throw constraint(Principal, 'principal', 'satisfy regular expression pattern: (\\d{12}|\\*)');
  }
  if (StatementId === undefined || !/^[a-zA-Z0-9-_]{1,64}$/.test(StatementId)) {
    throw constraint(StatementId, 'statementId', 'satisfy regular expression pattern: [a-zA-Z0-9-_]+');
  }
  return {
    Sid: StatementId,
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: `arn:${partition}:iam::${Principal}:root` },
    Action,
    Resource: bus.arn,
    ...(Condition && { Condition: conditionOf(Condition) }),
  };
}

function conditionOf({ Type, Key, Value }: NonNullable<PutPermissionRequest['Condition']>): object {
  if (Type !== 'StringEquals' || Key !== 'aws:PrincipalOrgID') {
    throw validation('The only supported condition is StringEquals of aws:PrincipalOrgID.');
  }
  return { [Type]: { [Key]: Value } };
}
