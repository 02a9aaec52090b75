import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { constants, Script } from 'node:vm';
import { crc32 } from 'node:zlib';

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
 * takes it only for its own version and flags, and compiles by itself otherwise. Of the source it compares no more than
 * the length, and of the code nothing: of another source or damaged it would crash, or do what it says. So a CRC-32 of
 * both comes after it.
 */
export function loadBundle(path: string): RunningBundle {
  const bytes = readFileSync(path);
  const source = bytes.toString('utf8');
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: path,
    cachedData: codeOf(bytes, path),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));
  return {
    exports: module.exports,
    keepCode: () => {
      const code = script.createCachedData();
      writeFileSync(codePath(path), Buffer.concat([code, checksum(bytes, code)]));
    },
  };
}

/** What was kept of this very bundle, where it is there and whole. */
function codeOf(source: Buffer, path: string): Buffer | undefined {
  try {
    const kept = readFileSync(codePath(path));
    const code = kept.subarray(0, -CHECKSUM_BYTES);
    return checksum(source, code).equals(kept.subarray(code.length)) ? code : undefined;
  } catch {
    return undefined;
  }
}

const CHECKSUM_BYTES = 4;

function checksum(source: Buffer, code: Buffer): Buffer {
  const sum = Buffer.alloc(CHECKSUM_BYTES);
  sum.writeUInt32LE(crc32(code, crc32(source)));
  return sum;
}
