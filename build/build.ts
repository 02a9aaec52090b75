import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLE_NAMES, bundle, exists, ROOT } from './bundles.ts';
import { keepCompiledCode } from './compiled-code.ts';
import { writeLicences } from './licences.ts';

const DIST = join(ROOT, 'dist');

/** Written last: newer than every source means that `dist/` is whole and up to date. */
const STAMP = join(DIST, '.built');

/** Bundles the command line, the engine's worker, the hosts and the page into `dist/`. */
export async function buildAll(): Promise<void> {
  await rm(STAMP, { force: true });
  const [bundled, page] = await Promise.all([bundle(DIST, { minify: true }), buildPage()]);
  await removeOldBundles();
  await keepCompiledCode(DIST);
  await writeLicences([...bundled, ...page], join(DIST, 'third-party-licences.txt'));
  await writeFile(STAMP, '');
}

/** Builds unless `dist/` is newer than everything it is made from. */
export async function buildIfNeeded(): Promise<void> {
  const built = await stat(STAMP).catch(() => undefined);
  if (built === undefined || (await newestSource()) > built.mtimeMs) await buildAll();
}

/** Latest change of a source, in milliseconds. */
async function newestSource(): Promise<number> {
  let newest = (await stat(join(ROOT, 'package-lock.json'))).mtimeMs;
  for (const folder of ['shared', 'electron', 'renderer', 'build'])
    for (const entry of await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) newest = Math.max(newest, (await stat(join(entry.parentPath, entry.name))).mtimeMs);
  return newest;
}

/**
 * Those of earlier versions would stay for ever. Not before the new ones are there: a command that starts meanwhile
 * runs the old, whose compiled code nobody takes for the new (`electron/code-cache.ts`).
 */
async function removeOldBundles(): Promise<void> {
  for (const name of await readdir(DIST))
    if (/\.(c?js|code)$/.test(name) && !BUNDLE_NAMES.includes(name))
      await rm(join(DIST, name), { force: true });
}

/** Returns the modules that went into the page. */
async function buildPage(): Promise<string[]> {
  if (!(await exists(join(ROOT, 'renderer', 'index.html')))) return [];
  const { build } = await import('vite');
  const modules = new Set<string>();
  await build({
    configFile: join(ROOT, 'build', 'vite.config.ts'),
    logLevel: 'warn',
    plugins: [
      {
        name: 'list-modules',
        generateBundle() {
          for (const id of this.getModuleIds()) modules.add(id);
        },
      },
    ],
  });
  return [...modules];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const began = performance.now();
  await buildAll().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
  console.log(`Built dist/ in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
