import { join } from 'node:path';
import { bundle, ROOT, removeFolder } from './bundles.ts';

/**
 * Once before all tests: bundles what tests start as a process or thread of its own. A folder per run, so
 * that two runs at once do not replace each other's files.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = join(ROOT, 'dist', 'test', String(process.pid));
  // A bundle that fails has said why; it fails the tests that need it, and no others.
  await bundle(folder, { minify: false }).catch(() => {});
  process.env.SHARDSCOPE_BUNDLES = folder;
  process.env.SHARDSCOPE_WORKER = join(folder, 'worker.cjs');
  return () => removeFolder(folder);
}
