import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { constants, Script } from 'node:vm';

/** A CommonJS bundle that runs. */
export interface RunningBundle {
  readonly exports: unknown;
  /** Writes beside the bundle what V8 has compiled of it by now. For the build; see `loadBundle`. */
  keepCode(): void;
}

/** Where the build leaves what V8 compiled of a bundle. */
export function codePath(bundle: string): string {
  return bundle.replace(/\.c?js$/, '.code');
}

/**
 * Runs a CommonJS bundle with what V8 compiled of it when it was built, which the build left beside it (`.code`):
 * a command starts in two thirds of the time (Node 20; newer ones have `module.enableCompileCache` for this). V8
 * takes it only for a source of the same length and for its own version and flags, and compiles by itself otherwise.
 */
export function loadBundle(path: string): RunningBundle {
  const source = readFileSync(path, 'utf8');
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: path,
    cachedData: readIfThere(codePath(path)),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));
  return {
    exports: module.exports,
    keepCode: () => writeFileSync(codePath(path), script.createCachedData()),
  };
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
