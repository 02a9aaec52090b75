import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Folders of a MindSpore Transformers run, stepped over so that results do not lie among its logs. */
const RUN_FOLDERS = new Set(['checkpoint', 'checkpoint_network', 'output']);

/**
 * A folder beside the source's own that does not exist yet: `merged_step20` beside `output`.
 *
 * @param roots folders that the host may write to; none means no limit
 */
export function proposeOut(source: string, name: string, roots: readonly string[]): string {
  let folder = resolve(source);
  while (RUN_FOLDERS.has(basename(folder)) && isInside(dirname(folder), roots)) folder = dirname(folder);
  const beside = folder === resolve(source) ? dirname(folder) : folder;
  let out = join(beside, name);
  for (let n = 2; existsSync(out); n++) out = join(beside, `${name}_${n}`);
  return out;
}

function isInside(folder: string, roots: readonly string[]): boolean {
  return roots.length === 0 || roots.some((root) => folder === root || folder.startsWith(join(root, '/')));
}

/** A file beside the source that does not exist yet: `merged_ckpt_strategy.ckpt` beside `strategy`. */
export function proposeOutFile(
  source: string,
  name: string,
  extension: string,
  roots: readonly string[],
): string {
  const path = resolve(source);
  const folder = isInside(dirname(path), roots) ? dirname(path) : path;
  let out = join(folder, `${name}.${extension}`);
  for (let n = 2; existsSync(out); n++) out = join(folder, `${name}_${n}.${extension}`);
  return out;
}

/** The folder exists and is not empty (or cannot be looked into): a job needs `overwrite` for it. */
export function hasContent(out: string): boolean {
  try {
    return existsSync(out) && readdirSync(out).length > 0;
  } catch {
    return true;
  }
}
