import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildIfNeeded } from './build.ts';
import { ROOT } from './bundles.ts';
import { makeSample } from './sample.ts';

/**
 * `npm start`: builds what is missing, makes the sample, merges it once, and opens the app on it.
 * `npm start -- PATH` opens PATH instead.
 */
const CLI = join(ROOT, 'dist', 'cli.js');

function shardscope(...args: string[]): number {
  return spawnSync(process.execPath, [CLI, ...args], { stdio: 'inherit' }).status ?? 1;
}

async function start(paths: readonly string[]): Promise<number> {
  await buildIfNeeded();
  if (paths.length > 0) return shardscope('open', ...paths);
  const sample = await makeSample();
  const merged = shardscope('merge', sample, '--out', join(sample, '..', 'merged'), '--overwrite');
  return merged === 0 ? shardscope('open', sample) : merged;
}

// Ctrl+C reaches the app too: it closes, and then this ends with its exit code.
process.on('SIGINT', () => {});
process.exitCode = await start(process.argv.slice(2));
