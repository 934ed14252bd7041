import type { Opening } from './opening.ts';

/** Where AWS clients look for a local account by habit. */
const USUAL_PORT = 4566;

/**
 * Opens the local cloud, in real time, for the learner's own clients. Grading does not use it: each run has an
 * account of its own.
 * @param options.port port to use; by default the usual one, or a free one if that is taken
 * @returns its base URL
 */
export async function openCloud({ port, signal, onOpen }: Opening & { port?: number }): Promise<string> {
  const { createAccount } = await import('../local-cloud/account.ts');
  signal.throwIfAborted();
  const account = createAccount({ clock: 'real' });
  onOpen(() => account.close());
  try {
    return await account.listen(port ?? USUAL_PORT);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (port !== undefined) {
      throw new Error(
        `Port ${port} for the local cloud is taken. Choose another: npm start -- --cloud-port ${port + 1}`,
      );
    }
    return account.listen(0);
  }
}
