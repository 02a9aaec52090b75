import { refuse } from '../../../shared/errors.ts';
import type { RankMeta, SaveState, SavesReport } from '../../../shared/saves/report.ts';
import { resumeOf } from '../../../shared/saves/resume.ts';
import { type CheckedFile, checkFilesOn } from './check-files.ts';
import type { OpenCheckpoint } from './checkpoint.ts';
import { classify } from './classify.ts';
import type { OpenContext } from './context.ts';
import { readMetas } from './meta.ts';
import { readSaves } from './read-saves.ts';
import type { SaveFiles } from './saves.ts';
import { ofRank } from './weight-files.ts';

/**
 * All saves of an opened training output as they are now, with the headers of every file of every save read.
 *
 * @throws CP_NOT_DISTRIBUTED for what has no rank folders; IO_*, CANCELLED
 */
export async function savesReport({ summary }: OpenCheckpoint, context: OpenContext): Promise<SavesReport> {
  const { path } = summary;
  const found = await classify(path);
  if (found.type !== 'ranks') {
    return refuse(
      'CP_NOT_DISTRIBUTED',
      `${path} is no training output: it has no rank folders with saves.`,
      'Name the output folder of a training run, or its checkpoint folder.',
      { file: path, expected: 'rank_0, rank_1, … folders' },
    );
  }
  const { folders, saves } = await readSaves(found, context.signal);
  const ranks = [...new Set([...folders.map(({ rank }) => rank), ...summary.ranks, ...summary.missingRanks])];
  ranks.sort((a, b) => a - b);
  const checked = await checkSaves(saves, context);
  const states = saves.map((save) => stateOf(save, ranks, checked));
  const metas = (await readMetas(folders, context)).map(({ path: _, size: __, ...meta }): RankMeta => meta);
  return { path, ranks, saves: states, metas, resume: resumeOf(states, ranks, metas) };
}

type Checked = ReadonlyMap<string, CheckedFile>;

async function checkSaves(saves: readonly SaveFiles[], context: OpenContext): Promise<Checked> {
  const paths = saves.flatMap(({ byRank }) => [...byRank.values()].flat().map((file) => file.path));
  const checked = await checkFilesOn(paths, context);
  return new Map(paths.flatMap((path, index) => (checked[index] ? [[path, checked[index]] as const] : [])));
}

function stateOf(save: SaveFiles, ranks: readonly number[], checked: Checked): SaveState {
  const { suffix, epoch, step, run, byRank } = save;
  const unread = new Map(save.unread.map(({ rank, fault }) => [rank, fault]));
  const files = [...byRank.values()].flat().sort((a, b) => a.rank - b.rank);
  const verdicts = files.map(({ path, rank }) => ({ rank, ...checked.get(path) }));
  return {
    suffix,
    ...(epoch !== undefined && { epoch }),
    ...(step !== undefined && { step }),
    run,
    // Of files that cannot be read nobody knows what they held: then the name decides.
    weightsOnly:
      save.weightsOnly ||
      (verdicts.some(({ fault }) => !fault) && !verdicts.some(({ training }) => training)),
    fileName: files[0]?.fileName ?? '',
    missing: ranks.filter((rank) => !byRank.has(rank) && !unread.has(rank)),
    damaged: [
      ...save.unread.map(({ rank, fault }) => ({ rank, fault })),
      ...verdicts.flatMap(({ rank, fault }) => (fault ? [{ rank, fault: ofRank(fault, rank) }] : [])),
    ],
    bytes: verdicts.reduce((sum, { size = 0 }) => sum + size, 0),
  };
}
