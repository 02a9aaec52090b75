import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { loadBundle } from './code-cache.ts';

/** What a worker thread begins with: CommonJS, as an ES module takes a thread 5 ms more to start. */
const bundle = loadBundle(join(__dirname, 'tasks.cjs'));
// A thread hears nothing of its end: after each task, the last of which counts.
if (process.env.SHARDSCOPE_KEEP_CODE) parentPort?.on('message', bundle.keepCode);
