import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The path among what a start, a second start or the system hands over. What looks like an option is Chromium's
 * or an attack (a file named `--load-extension=…`), never a path; what does not exist is none either.
 */
export function startPath(candidates: readonly unknown[], workingFolder: string): string | undefined {
  for (const candidate of candidates) {
    if (typeof candidate !== 'string' || candidate.startsWith('-')) continue;
    if (candidate === '' || candidate.length > 4096 || candidate.includes('\0')) continue;
    // `file:`, `shardscope:`, …; a drive letter is one character.
    if (/^[a-z][a-z0-9+.-]+:/i.test(candidate)) continue;
    const path = resolve(workingFolder, candidate);
    if (existsSync(path)) return path;
  }
  return undefined;
}
