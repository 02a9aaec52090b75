import { asFault, type Fault, fault, refuse } from '../../../shared/errors.ts';
import { type Entry, listFolder } from './folder.ts';
import { parseWeightName, type WeightName } from './weight-names.ts';

/** A weight file in a rank folder, and what its name says. */
export interface RankFile {
  readonly path: string;
  readonly fileName: string;
  readonly rank: number;
  readonly name: WeightName;
}

/** A `rank_{r}` folder with everything in it. */
export interface RankFolder {
  readonly rank: number;
  readonly path: string;
  readonly weights: readonly RankFile[];
  /** Everything else: meta.json, graphs, folders. */
  readonly others: readonly Entry[];
  /** Why nobody knows what is in it. */
  readonly fault?: Fault;
}

export type UnreadFolder = RankFolder & { readonly fault: Fault };

export function isUnread(folder: RankFolder): folder is UnreadFolder {
  return folder.fault !== undefined;
}

/** Ranks have at most 6 digits: a job of a million devices is a mistyped name. */
const RANK_FOLDER = /^rank_?(\d{1,6})$/;

export function rankOfFolder(name: string): number | undefined {
  const digits = RANK_FOLDER.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * The rank folders among a folder's entries, in numeric order, with their contents; one that cannot be listed keeps
 * none of the others from being opened.
 *
 * @throws CP_AMBIGUOUS when two folders are of one rank (`rank_1` and `rank_01`)
 */
export async function readRankFolders(
  entries: readonly Entry[],
  signal?: AbortSignal,
): Promise<readonly RankFolder[]> {
  const byRank = new Map<number, Entry>();
  for (const entry of entries) {
    const rank = entry.type === 'folder' ? rankOfFolder(entry.name) : undefined;
    if (rank === undefined) continue;
    const other = byRank.get(rank);
    if (other) {
      refuse(
        'CP_AMBIGUOUS',
        `${other.name} and ${entry.name} are both folders of rank ${rank}.`,
        'Keep one of them here and move the other away.',
        { file: entry.path, rank, expected: 'one folder a rank', found: `${other.name}, ${entry.name}` },
      );
    }
    byRank.set(rank, entry);
  }
  const ranks = [...byRank].sort(([a], [b]) => a - b);
  const folders: RankFolder[] = [];
  // A folder at a time would wait for the network drive a thousand times over.
  for (let at = 0; at < ranks.length; at += AT_ONCE) {
    if (signal?.aborted) refuse('CANCELLED', 'Opening was cancelled.', 'Open it again when wanted.');
    folders.push(
      ...(await Promise.all(
        ranks
          .slice(at, at + AT_ONCE)
          .map(([rank, { path }]) =>
            readRankFolder(rank, path).catch((error: unknown) => unreadFolder(rank, path, error)),
          ),
      )),
    );
  }
  return folders;
}

const AT_ONCE = 64;

export async function readRankFolder(rank: number, path: string): Promise<RankFolder> {
  const weights: RankFile[] = [];
  const others: Entry[] = [];
  for (const entry of await listFolder(path)) {
    const name = isStrategyName(entry.name) ? undefined : parseWeightName(entry.name, rank);
    if (name) weights.push({ path: entry.path, fileName: entry.name, rank, name });
    else others.push(entry);
  }
  return { rank, path, weights, others };
}

function unreadFolder(rank: number, path: string, error: unknown): RankFolder {
  const { code, message, advice, found = code } = asFault(error);
  return {
    rank,
    path,
    weights: [],
    others: [],
    fault: fault(code, `The folder of rank ${rank} cannot be read (${found}): ${message}`, advice, {
      file: path,
      rank,
      found,
    }),
  };
}

/** A `.ckpt` of this name is a strategy, not weights. */
export function isStrategyName(name: string): boolean {
  return /^(ckpt_strategy|strategy)_rank_|^(merged?_ckpt_strategy|merged?_strategy|dst_strategy|src_strategy|strategy)\.(ckpt|json)$/i.test(
    name,
  );
}
