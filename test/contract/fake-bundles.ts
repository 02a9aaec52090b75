import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A folder like `dist/`: the real main process, preload and engine host, a page of one line, and the fake engine
 * in the place of the engine. Needs the bundles that the tests' global setup makes.
 */
export async function fakeBundles(page = '<!doctype html><title>page</title>'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shardscope-bundles-'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  for (const name of ['main.cjs', 'preload.cjs'])
    await cp(join(process.env.SHARDSCOPE_BUNDLES ?? join(ROOT, 'dist'), name), join(folder, name));
  await mkdir(join(folder, 'renderer'));
  await writeFile(join(folder, 'renderer', 'index.html'), page);
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['electron/engine-host.ts'],
    outfile: join(folder, 'engine-host.js'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    plugins: [
      {
        name: 'fake-engine',
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/engine\/engine\.ts$/ }, () => ({
            path: join(ROOT, 'test', 'contract', 'fake-create-engine.ts'),
          })),
      },
    ],
  });
  return folder;
}
