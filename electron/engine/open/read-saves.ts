import type { RanksFound } from './classify.ts';
import { type RankFolder, readRankFolders } from './rank-folders.ts';
import { groupSaves, oldestFirst, type SaveFiles } from './saves.ts';

/** The rank folders, and the saves in them and in `checkpoint_network` beside them, oldest first. */
export async function readSaves(
  found: RanksFound,
  signal: AbortSignal | undefined,
): Promise<{ readonly folders: readonly RankFolder[]; readonly saves: readonly SaveFiles[] }> {
  const folders = await readRankFolders(found.entries, signal);
  return { folders, saves: oldestFirst([...groupSaves(folders), ...(await networkSaves(found, signal))]) };
}

/** Saves of weights alone, from `checkpoint_network` beside `checkpoint`; `network-` in the suffix tells them. */
async function networkSaves(
  { network }: RanksFound,
  signal: AbortSignal | undefined,
): Promise<readonly SaveFiles[]> {
  if (!network) return [];
  return groupSaves(await readRankFolders(network, signal)).map((save) => ({
    ...save,
    weightsOnly: true,
    suffix: save.suffix.includes('network-') ? save.suffix : `network-${save.suffix}`,
  }));
}
