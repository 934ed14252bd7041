import { createAccount } from '../local-cloud/account.ts';

/** The account in a process of its own, as `npm run cloud` runs it. */
const account = createAccount();
process.send?.(await account.listen());
