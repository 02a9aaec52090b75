import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Bundle {
  /** Source, from the project's root. */
  readonly entry: string;
  readonly out: string;
  readonly executable?: boolean;
  /** CommonJS that looks for files "beside the bundle" by `import.meta.url`. */
  readonly findsFiles?: boolean;
}

/** Everything that Node or Electron runs. Electron's sandboxed preload must be CommonJS; main follows it. */
const BUNDLES: readonly Bundle[] = [
  { entry: 'electron/cli.ts', out: 'cli.js', executable: true },
  // What `loadBundle` runs.
  { entry: 'electron/cli/run.ts', out: 'commands.cjs', findsFiles: true },
  { entry: 'electron/worker-thread.ts', out: 'worker.cjs' },
  { entry: 'electron/engine/worker.ts', out: 'tasks.cjs' },
  { entry: 'electron/engine-host.ts', out: 'engine-host.js' },
  { entry: 'electron/main.ts', out: 'main.cjs' },
  { entry: 'electron/preload.ts', out: 'preload.cjs' },
];

/** Names of what `bundle` writes. */
export const BUNDLE_NAMES: readonly string[] = BUNDLES.map(({ out }) => out);

// Packages in CommonJS call `require` for Node's own modules, which an ES module has not by itself.
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

const MODULE_URL: BuildOptions = {
  banner: { js: 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
  define: { 'import.meta.url': '__moduleUrl' },
};

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
    entryPoints: [one.entry],
    outfile: join(folder, one.out),
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: esm ? 'esm' : 'cjs',
    external: ['electron'],
    ...(esm ? { banner: { js: REQUIRE } } : one.findsFiles && MODULE_URL),
    // Names stay as they are: a stack trace (`--debug`) is then worth reporting.
    minifyWhitespace: minify,
    minifySyntax: minify,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  };
  const { outputFiles = [], metafile } = await build(settings);
  for (const { path, contents } of outputFiles) {
    const temporary = join(dirname(path), `.${process.pid}-${basename(path)}`);
    await writeFile(temporary, contents);
    if (one.executable === true) await chmod(temporary, 0o755);
    await rename(temporary, path);
  }
  return Object.keys(metafile?.inputs ?? {});
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
