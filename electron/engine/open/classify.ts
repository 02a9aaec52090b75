import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { refuse } from '../../../shared/errors.ts';
import { readError } from '../errno.ts';
import { checkpointsIn } from './checkpoints-in.ts';
import { type Entry, listFolder } from './folder.ts';
import { isStrategyName, rankOfFolder } from './rank-folders.ts';
import { refuseFolder } from './unknown-kind.ts';
import { weightFormat } from './weight-names.ts';

/** What a path turned out to be, before any file in it is opened. */
export type Found =
  | FileFound
  | { readonly type: 'strategy'; readonly path: string; readonly paths: readonly string[] }
  | CompleteFound
  | RanksFound
  | {
      readonly type: 'rank';
      readonly path: string;
      readonly rank: number;
      readonly entries: readonly Entry[];
    };

/** One file; `entries` of its folder where that was opened and holds no other weights. */
export interface FileFound {
  readonly type: 'file';
  readonly path: string;
  readonly entries?: readonly Entry[];
}

/** A folder of complete weights. */
export interface CompleteFound {
  readonly type: 'complete';
  readonly path: string;
  readonly kind: 'complete-huggingface' | 'complete-mindspore';
  /** `model.safetensors.index.json` or `param_name_map.json`. */
  readonly index?: string;
  /** Weight files by name, where no index lists them. */
  readonly shards: readonly string[];
  readonly entries: readonly Entry[];
}

/** A folder of rank folders, or a training output with them in `checkpoint` and `checkpoint_network`. */
export interface RanksFound {
  readonly type: 'ranks';
  /** What was opened: file names are relative to it. */
  readonly path: string;
  /** Folder with the rank folders; the saves in it can be resumed from. */
  readonly root: string;
  readonly entries: readonly Entry[];
  /** `checkpoint_network` beside it: saves of weights alone. */
  readonly network?: readonly Entry[];
  /** Opened by its output folder. */
  readonly output: boolean;
}

/**
 * Tells what a path is by names alone.
 *
 * @throws IO_* when it is not there, not permitted, or neither file nor folder; CP_UNKNOWN_KIND with what it
 *   looks like; CP_AMBIGUOUS for several indexes
 */
export async function classify(path: string): Promise<Found> {
  const found = await stat(path).catch((error: unknown) => {
    throw readError(error, path);
  });
  if (!found.isDirectory()) return classifyFile(path);
  const entries = await listFolder(path);
  const folder = await recognise(path, entries);
  return folder ?? refuseFolder(path, entries, await checkpointsIn(path, entries, recognise));
}

/** An index is opened as the folder that it indexes; anything else is told by its content. */
async function classifyFile(path: string): Promise<Found> {
  const name = basename(path);
  if (!isIndexName(name)) return { type: 'file', path };
  const folder = dirname(path);
  return completeFolder(folder, await listFolder(folder), path) ?? { type: 'file', path };
}

export function isIndexName(name: string): boolean {
  return name === NAME_MAP || name.endsWith(INDEX);
}

const NAME_MAP = 'param_name_map.json';
const INDEX = '.safetensors.index.json';
const SHARD = /-\d{1,9}-of-\d{1,9}\.safetensors$/;
const PART = /^part\d{1,9}\.safetensors$/;
const HYPER = 'hyper_param.safetensors';
/** The same converted to .ckpt: MindSpore loads all of them together, without an index. */
const CKPT_SHARD = /^(.*-\d{1,9}-of-\d{1,9}|part\d{1,9}|hyper_param)\.ckpt$/;

/** What a folder is; undefined for one that is no checkpoint. */
async function recognise(path: string, entries: readonly Entry[]): Promise<Found | undefined> {
  if (hasRanks(entries)) return { type: 'ranks', path, root: path, entries, output: false };
  const checkpoint = await ranksIn(path, entries, 'checkpoint');
  const network = await ranksIn(path, entries, 'checkpoint_network');
  if (checkpoint ?? network) {
    return {
      type: 'ranks',
      path,
      root: join(path, checkpoint ? 'checkpoint' : 'checkpoint_network'),
      entries: checkpoint ?? network ?? [],
      ...(checkpoint && network && { network }),
      output: true,
    };
  }
  const rank = rankOfFolder(basename(path));
  if (
    rank !== undefined &&
    entries.some((entry) => weightFormat(entry.name) && !isStrategyName(entry.name))
  ) {
    return { type: 'rank', path, rank, entries };
  }
  return completeFolder(path, entries) ?? strategyFolder(path, entries) ?? loneFile(entries);
}

function hasRanks(entries: readonly Entry[]): boolean {
  return entries.some((entry) => entry.type === 'folder' && rankOfFolder(entry.name) !== undefined);
}

async function ranksIn(
  path: string,
  entries: readonly Entry[],
  name: string,
): Promise<readonly Entry[] | undefined> {
  if (!entries.some((entry) => entry.name === name && entry.type === 'folder')) return undefined;
  const inside = await listFolder(join(path, name));
  return hasRanks(inside) ? inside : undefined;
}

function completeFolder(
  path: string,
  entries: readonly Entry[],
  index = findIndex(path, entries),
): CompleteFound | undefined {
  const names = new Set(entries.filter((entry) => entry.type !== 'folder').map((entry) => entry.name));
  const mindspore = index === undefined ? names.has(HYPER) : basename(index) === NAME_MAP;
  const shards = [...names].filter((name) => isShard(name, mindspore, names));
  if (index === undefined && shards.length === 0) return ckptShards(path, entries, names);
  if (
    index === undefined &&
    !mindspore &&
    !names.has('config.json') &&
    !shards.some((n) => n === 'model.safetensors' || SHARD.test(n))
  ) {
    return undefined;
  }
  return {
    type: 'complete',
    path,
    kind: mindspore || shards.some((name) => PART.test(name)) ? 'complete-mindspore' : 'complete-huggingface',
    ...(index !== undefined && { index }),
    shards,
    entries,
  };
}

function ckptShards(
  path: string,
  entries: readonly Entry[],
  names: ReadonlySet<string>,
): CompleteFound | undefined {
  const shards = [...names].filter((name) => CKPT_SHARD.test(name));
  if (shards.length === 0) return undefined;
  return { type: 'complete', path, kind: 'complete-mindspore', shards, entries };
}

/** Without an index: numbered shards or parts, else the one whole file. */
function isShard(name: string, mindspore: boolean, names: ReadonlySet<string>): boolean {
  if (SHARD.test(name) || PART.test(name)) return true;
  if (name === 'model.safetensors') return ![...names].some((other) => SHARD.test(other));
  return mindspore && name === HYPER;
}

function findIndex(path: string, entries: readonly Entry[]): string | undefined {
  const indexes = entries.map((entry) => entry.name).filter(isIndexName);
  const chosen =
    indexes.find((name) => name === `model${INDEX}`) ??
    indexes.find((name) => name === NAME_MAP) ??
    indexes[0];
  if (chosen === undefined) return undefined;
  if (indexes.length > 1 && chosen !== `model${INDEX}` && chosen !== NAME_MAP) {
    refuse(
      'CP_AMBIGUOUS',
      `${path} has ${indexes.length} weight indexes: ${indexes.join(', ')}.`,
      'Open one of the index files itself.',
      { file: path, expected: 'one index', found: indexes.join(', ') },
    );
  }
  return join(path, chosen);
}

/** A folder with strategy files and no weights: all `.ckpt`, or all `.json`. */
function strategyFolder(path: string, entries: readonly Entry[]): Found | undefined {
  const paths = strategyPaths(entries);
  const weights = entries.some((entry) => weightFormat(entry.name) && !isStrategyName(entry.name));
  return paths.length === 0 || weights ? undefined : { type: 'strategy', path, paths };
}

/** Strategy files among a folder's entries. Both forms of one strategy may lie there: `.ckpt` is MindSpore's. */
function strategyPaths(entries: readonly Entry[]): readonly string[] {
  const files = entries.filter((entry) => entry.type !== 'folder' && isStrategyName(entry.name));
  const ckpt = files.filter((entry) => entry.name.endsWith('.ckpt'));
  return (ckpt.length > 0 ? ckpt : files).map((entry) => entry.path);
}

/** One weight file under a name of its own (`adapter_model.safetensors`): the folder stands for it. */
function loneFile(entries: readonly Entry[]): Found | undefined {
  const [only, second] = entries.filter((entry) => entry.type === 'file' && weightFormat(entry.name));
  return only && !second ? { type: 'file', path: only.path, entries } : undefined;
}
