import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Bundle {
  /** Source, from the project's root. */
  readonly entry: string;
  readonly out: string;
  /** Cut at dynamic imports: a command then loads only its own code. */
  readonly splitting?: boolean;
  readonly executable?: boolean;
}

/** Everything that Node or Electron runs. Electron's sandboxed preload must be CommonJS; main follows it. */
const BUNDLES: readonly Bundle[] = [
  { entry: 'electron/cli.ts', out: 'cli.js', splitting: true, executable: true },
  { entry: 'electron/engine/worker.ts', out: 'worker.js' },
  { entry: 'electron/engine-host.ts', out: 'engine-host.js' },
  { entry: 'electron/main.ts', out: 'main.cjs' },
  { entry: 'electron/preload.ts', out: 'preload.cjs' },
];

// Packages in CommonJS call `require` for Node's own modules, which an ES module has not by itself.
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Bundles the entries into `folder`. Each file is renamed into place when whole, so that a process that starts
 * meanwhile never reads half of one. Returns the source files that went in, relative to the root. Throws the
 * first error when all others are done.
 */
export async function bundle(folder: string, options: { minify: boolean }): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const results = await Promise.allSettled(BUNDLES.map((one) => bundleOne(one, folder, options.minify)));
  const inputs = new Set<string>();
  for (const result of results) {
    if (result.status === 'rejected') throw result.reason;
    for (const input of result.value) inputs.add(input);
  }
  return [...inputs].sort();
}

async function bundleOne(one: Bundle, folder: string, minify: boolean): Promise<string[]> {
  if (!(await exists(join(ROOT, one.entry)))) return [];
  const esm = one.out.endsWith('.js');
  const settings: BuildOptions = {
    absWorkingDir: ROOT,
    entryPoints: [{ in: one.entry, out: one.out.replace(/\.c?js$/, '') }],
    outdir: folder,
    // Chunks lie beside the entry: code that looks for a file "beside the bundle" finds it from a chunk too.
    chunkNames: `${basename(one.out, '.js')}-[hash]`,
    outExtension: { '.js': esm ? '.js' : '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: esm ? 'esm' : 'cjs',
    splitting: one.splitting ?? false,
    external: ['electron'],
    banner: esm ? { js: REQUIRE } : {},
    minify,
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  };
  const result = await build(settings);
  // The entry comes last: what it imports is in place before it.
  const files = (result.outputFiles ?? []).sort((a, b) => order(a.path, one) - order(b.path, one));
  for (const file of files) {
    const temporary = join(dirname(file.path), `.${process.pid}-${basename(file.path)}`);
    await writeFile(temporary, file.contents);
    if (one.executable === true && basename(file.path) === one.out) await chmod(temporary, 0o755);
    await rename(temporary, file.path);
  }
  return Object.keys(result.metafile?.inputs ?? {});
}

function order(path: string, one: Bundle): number {
  return basename(path) === one.out ? 1 : 0;
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
