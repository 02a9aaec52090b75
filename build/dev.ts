import { type ChildProcess, spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { buildAll } from './build.ts';
import { ROOT } from './bundles.ts';
import { makeSample } from './sample.ts';

/**
 * `npm run dev [-- PATH]`: the browser host on the sample (or PATH), built and started again after every change
 * of a source. Each start prints its address, which has a new token.
 */
const PORT = '4173';
/** Editors write several files at once. */
const SETTLE_MILLISECONDS = 200;

let host: ChildProcess | undefined;
let building: Promise<void> | undefined;
let again = false;

async function rebuild(path: string): Promise<void> {
  await buildAll().then(
    () => {
      host?.kill('SIGTERM');
      const args = [join(ROOT, 'dist', 'cli.js'), 'serve', path, '--port', PORT];
      host = spawn(process.execPath, args, { stdio: 'inherit' });
    },
    (error: unknown) => console.error(error instanceof Error ? error.message : error),
  );
  building = undefined;
  if (again) {
    again = false;
    building = rebuild(path);
  }
}

const path = process.argv[2] ?? (await makeSample());
building = rebuild(path);
let settle: NodeJS.Timeout | undefined;
for (const folder of ['shared', 'electron', 'renderer'])
  watch(join(ROOT, folder), { recursive: true }, () => {
    clearTimeout(settle);
    settle = setTimeout(() => {
      if (building) again = true;
      else building = rebuild(path);
    }, SETTLE_MILLISECONDS);
  });
process.on('SIGINT', () => {
  host?.kill('SIGTERM');
  process.exit(0);
});
