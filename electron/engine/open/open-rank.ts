import { basename, dirname } from 'node:path';
import type { Problem } from '../../../shared/checkpoint.ts';
import { formatCount } from '../../../shared/text/units.ts';
import type { OpenCheckpoint } from './checkpoint.ts';
import { asProblem, type OpenContext, type OpenRequest } from './context.ts';
import { strategyOfRank } from './find-strategy.ts';
import { listIfThere } from './folder.ts';
import { checkMeta } from './meta.ts';
import { ranksWithout } from './open-ranks.ts';
import { rankOfFolder, readRankFolder } from './rank-folders.ts';
import { isInRoots } from './read-bytes.ts';
import { modelOfSave } from './save-model.ts';
import { chooseSave, groupSaves } from './saves.ts';
import { noteProblems, unreadFiles } from './side-problems.ts';
import { summarize } from './summary.ts';
import { readWeightFiles } from './weight-files.ts';

/**
 * Opens one `rank_{r}` folder: what that rank holds, as it is stored. The whole model is the folder above, and
 * the summary says so; a strategy is used only when it is named, or asked for as of a run, as most slices are elsewhere.
 */
export async function openRank(
  path: string,
  rank: number,
  request: OpenRequest,
  context: OpenContext,
): Promise<OpenCheckpoint> {
  const folder = await readRankFolder(rank, path);
  const saves = groupSaves([folder]);
  const chosen = chooseSave(saves, path, request.fileSuffix);
  const weights = await readWeightFiles(chosen.files, context, { salvage: true });
  const given = await strategyOfRank(request, dirname(path), weights.files, context);
  const missingRanks = given ? ranksWithout([rank], [rank], given.strategy) : [];
  const { model, redundancy, damaged } = modelOfSave(weights, given?.strategy, missingRanks);
  const meta = await checkMeta([folder], chosen.save, context);
  const summary = summarize({
    path,
    kind: saves.length > 1 ? 'training-output' : 'distributed',
    model,
    complete: false,
    ...(given && { strategy: given }),
    ranks: [rank],
    missingRanks,
    redundancy,
    saves,
    suffix: chosen.save.suffix,
    problems: [
      ...damaged.map((fault) => asProblem(fault, 'error')),
      ...model.problems,
      ...meta.problems,
      ...noteProblems(weights),
      ...(await parentProblem(path, rank, context.roots ?? [])),
    ],
    sideFiles: [
      ...(await unreadFiles(weights)),
      ...meta.files,
      ...(given?.files ?? []).map((file) => ({ ...file, kind: 'strategy' as const })),
    ],
  });
  return {
    summary: given ? summary : { ...summary, actions: ['convert'] },
    model,
    damaged,
    roots: context.roots ?? [],
    ...(given && { strategy: given.strategy }),
  };
}

async function parentProblem(
  path: string,
  rank: number,
  roots: readonly string[],
): Promise<readonly Problem[]> {
  const parent = dirname(path);
  if (!(await isInRoots(parent, roots))) return [];
  const ranks = (await listIfThere(parent)).filter(
    (entry) => entry.type === 'folder' && rankOfFolder(entry.name) !== undefined,
  ).length;
  if (ranks < 2) return [];
  return [
    {
      code: 'MISSING_RANKS',
      severity: 'info',
      message: `This is rank ${rank} alone, of the ${formatCount(ranks)} ranks in ${basename(parent)}: tensors are shown as this rank stores them.`,
      advice: `Open ${parent} to see the whole model.`,
      file: parent,
      rank,
    },
  ];
}
