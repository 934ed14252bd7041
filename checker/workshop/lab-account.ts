import { type Account, createAccount } from '../../local-cloud/account.ts';
import type { ClockMode } from '../../local-cloud/clock.ts';
import { explainDeploy } from '../targets/local.ts';
import type { LabStack } from './lab-stack.ts';

/** The name under which a lab is deployed into an account of its own; the checker uses the same. */
const STACK_NAME = 'Lab';

export interface LabAccount {
  account: Account;
  /** Base URL of the account. */
  url: string;
  /**
   * Deploys the lab's stack, or updates it.
   * @throws StageFailure with the resource and AWS's reason
   */
  deploy(stack: LabStack): Promise<Deployed>;
  close(): Promise<void>;
}

export interface Deployed {
  outputs: Readonly<Record<string, string>>;
  /** By logical id. */
  resources: Readonly<Record<string, { type: string; physicalId: string }>>;
}

interface LabAccountOptions {
  clock: ClockMode;
  /** Folder for the account's temporary files (absolute). */
  scratch: string;
  /** Opens the control endpoint to who has it. */
  controlToken?: string;
}

/** Opens an empty account in this process. */
export async function openLabAccount({
  clock,
  scratch,
  controlToken,
}: LabAccountOptions): Promise<LabAccount> {
  const account = createAccount({ clock, scratchRoot: scratch, controlToken });
  const url = await account.listen();
  return {
    account,
    url,
    async deploy({ template, assets }) {
      try {
        return await account.deploy({ stackName: STACK_NAME, template, assets });
      } catch (cause) {
        throw explainDeploy(cause);
      }
    },
    close: () => account.close(),
  };
}
