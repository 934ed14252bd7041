import { randomUUID } from 'node:crypto';
import { type Account, createAccount } from '../../local-cloud/account.ts';
import { DeployError } from '../../local-cloud/cloudformation/index.ts';
import type { Spares } from '../../local-cloud/services/lambda/spares.ts';
import { StageFailure } from '../pipeline/failure.ts';
import type { AccountAddress, BareFunction, DeployedStack } from '../suite-runner/session.ts';

export interface LocalTargetOptions {
  seed: number;
  /** Folder for the accounts' temporary files (absolute). */
  scratch: string;
  /** Processes that have started already, for the execution environments of the two accounts. */
  spares: { bare: Spares; deployed: Spares };
}

export interface DeployInput {
  template: Readonly<Record<string, unknown>>;
  /** Object key in the template → folder (absolute). */
  assets: Readonly<Record<string, string>>;
}

/** Accounts for one run; both are thrown away afterwards. */
export interface LocalRun {
  /** Prepares an account in which checks run handlers as bare functions. */
  bare(handlers: readonly BareHandler[]): Promise<BareFunction>;
  /**
   * Deploys the stack.
   * @throws StageFailure with the resource and AWS's reason
   */
  deploy(input: DeployInput): Promise<DeployedStack>;
  close(): Promise<void>;
}

export interface BareHandler {
  /** File name in the lab's folder. */
  file: string;
  /** Folder with the bundle (absolute). */
  folder: string;
  /** `<module>.<export>`, as in a function's `Handler`. */
  handler: string;
}

/** Opens the embedded account for one run. */
export function openLocalRun({ seed, scratch, spares }: LocalTargetOptions): LocalRun {
  const accounts: Account[] = [];

  async function open(started: Spares): Promise<{ account: Account; address: AccountAddress }> {
    const controlToken = randomUUID();
    const account = createAccount({
      clock: 'warp',
      seed,
      controlToken,
      scratchRoot: scratch,
      spares: started,
    });
    accounts.push(account);
    const url = await account.listen();
    return { account, address: { url, region: account.cloud.region, controlToken } };
  }

  return {
    async bare(handlers) {
      const { account, address } = await open(spares.bare);
      const { outputs } = await account.deploy({
        stackName: 'Checker',
        template: roleForEverything,
        assets: {},
      });
      return {
        account: address,
        roleArn: outputs.RoleArn ?? '',
        handlers: Object.fromEntries(
          handlers.map(({ file, folder, handler }) => {
            const assetKey = `${file}.zip`;
            account.assets.register(assetKey, folder);
            return [file, { assetKey, handler }];
          }),
        ),
      };
    },
    async deploy({ template, assets }) {
      const { account, address } = await open(spares.deployed);
      for (const [key, folder] of Object.entries(assets)) account.assets.register(key, folder);
      try {
        const { outputs } = await account.deploy({ stackName: 'Lab', template });
        return { account: address, outputs };
      } catch (cause) {
        throw explainDeploy(cause);
      }
    },
    async close() {
      await Promise.all(accounts.map((account) => account.close()));
    },
  };
}

/** A bare function may do everything: its rights are the subject of other checks. */
const roleForEverything = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        Policies: [
          {
            PolicyName: 'everything',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
            },
          },
        ],
      },
    },
  },
  Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
};

/** A refused deployment as a failed stage: the learner's, or the tool's where the local cloud lacks something. */
export function explainDeploy(cause: unknown): unknown {
  if (!(cause instanceof DeployError)) return cause;
  const where = cause.logicalId
    ? ` (${[cause.logicalId, cause.resourceType].filter(Boolean).join(', ')})`
    : '';
  if (cause.kind === 'unsupported') {
    return new StageFailure('tool', `The local cloud cannot deploy this stack${where}: ${cause.message}`, {
      cause,
    });
  }
  return new StageFailure('learner', `The stack does not deploy${where}: ${cause.message}`, { cause });
}
