import type { FrontDoor } from './front-door.ts';

/** Commands that work with a lab's stack, loaded when they are called: each brings much along. */
export const frontDoors: Readonly<Record<string, () => Promise<FrontDoor>>> = {
  deploy: async () => (await import('./deploy.ts')).deploy,
  destroy: async () => (await import('./destroy.ts')).destroy,
  invoke: async () => (await import('./invoke.ts')).invoke,
  'least-privilege': async () => (await import('./least-privilege.ts')).leastPrivilege,
  'start-api': async () => (await import('./start-api.ts')).startApi,
  logs: async () => (await import('./logs.ts')).logs,
  trace: async () => (await import('./trace.ts')).trace,
};
