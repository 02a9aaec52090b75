import { parentPort } from 'node:worker_threads';
import { compareValues } from './compare/compare-values.ts';
import { copyTiles } from './copy.ts';
import { filesHandlers } from './files/tasks.ts';
import { openHandlers } from './open/tasks.ts';
import { perform } from './perform.ts';
import type { Handlers, Task } from './tasks.ts';
import { valuesHandlers } from './values/tasks.ts';
import { verifyTiles } from './verify-copy.ts';
import { verifyHandlers } from './verify-tasks.ts';

/** The worker thread: does one task at a time with synchronous file calls and answers each with one reply. */
const handlers: Handlers = {
  ...openHandlers,
  ...filesHandlers,
  ...valuesHandlers,
  ...verifyHandlers,
  'compare-values': compareValues,
  copy: copyTiles,
  'verify-copy': verifyTiles,
};

parentPort?.on('message', (task: Task) => {
  parentPort?.postMessage(perform(handlers, task));
});
