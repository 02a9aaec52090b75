import { ShardscopeError } from '../../../shared/errors.ts';
import type { RanksFound } from './classify.ts';
import { isUnread, type RankFolder, readRankFolders, type UnreadFolder } from './rank-folders.ts';
import { groupSaves, oldestFirst, type SaveFiles } from './saves.ts';

export interface ReadSaves {
  readonly folders: readonly RankFolder[];
  /** Those in the rank folders and in `checkpoint_network` beside them, oldest first. */
  readonly saves: readonly SaveFiles[];
  /** Rank folders of either that cannot be read. */
  readonly unread: readonly UnreadFolder[];
}

/** @throws IO_* when there is no save, and a folder that might hold one cannot be read; CP_AMBIGUOUS, CANCELLED */
export async function readSaves(found: RanksFound, signal: AbortSignal | undefined): Promise<ReadSaves> {
  const folders = await readRankFolders(found.entries, signal);
  const network = await readRankFolders(found.network ?? [], signal);
  const saves = oldestFirst([...groupSaves(folders), ...groupSaves(network).map(asNetwork)]);
  const unread = [...folders, ...network].filter(isUnread);
  if (saves.length === 0 && unread[0]) throw new ShardscopeError(unread[0].fault);
  return { folders, saves, unread };
}

/** Saves in `checkpoint_network` beside `checkpoint` are of weights alone; `network-` in the suffix tells them. */
function asNetwork(save: SaveFiles): SaveFiles {
  return {
    ...save,
    weightsOnly: true,
    suffix: save.suffix.includes('network-') ? save.suffix : `network-${save.suffix}`,
  };
}
