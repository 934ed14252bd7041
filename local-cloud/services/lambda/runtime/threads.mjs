// Whether the function has started threads: they go on while the main thread waits for an invocation, and have to be
// stopped from outside.
import { syncBuiltinESMExports } from 'node:module';
import workerThreads from 'node:worker_threads';

let started = false;

export const hasThreads = () => started;

workerThreads.Worker = class Worker extends workerThreads.Worker {
  constructor(...args) {
    super(...args);
    started = true;
  }
};
syncBuiltinESMExports();
