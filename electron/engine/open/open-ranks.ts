import type { OpenCheckpoint } from './checkpoint.ts';
import type { RanksFound } from './classify.ts';
import { asProblem, type OpenContext, type OpenRequest } from './context.ts';
import { findStrategy, givenStrategy, type StrategySearch } from './find-strategy.ts';
import { listIfThere } from './folder.ts';
import { lackingProblem } from './lacking-tensors.ts';
import { checkMeta } from './meta.ts';
import {
  flagProblem,
  formatsProblem,
  missingRanksProblem,
  noStrategyProblem,
  prefixProblem,
  stepsProblem,
} from './rank-problems.ts';
import { readSaves } from './read-saves.ts';
import { redundancyFlag } from './redundancy.ts';
import { modelOfSave } from './save-model.ts';
import { chooseSave } from './saves.ts';
import { folderProblems, reportFiles, unreadFiles } from './side-problems.ts';
import { type ListedFile, summarize } from './summary.ts';
import { readWeightFiles, type WeightFiles } from './weight-files.ts';

/** Opens a folder of rank folders, or a training output: one save of it, with its strategy. */
export async function openRanks(
  found: RanksFound,
  request: OpenRequest,
  context: OpenContext,
): Promise<OpenCheckpoint> {
  const { path } = found;
  const { folders, saves, unread: unreadOfAll } = await readSaves(found, context.signal);
  const chosen = chooseSave(saves, path, request.fileSuffix);
  const { unread } = chosen.save;
  const read = await readWeightFiles(chosen.files, context, { salvage: true });
  const weights: WeightFiles = { ...read, faults: [...unread, ...read.faults] };
  const { files } = weights;
  const search: StrategySearch =
    request.strategy === undefined
      ? await findStrategy(found.root, files, context)
      : { found: await givenStrategy(request.strategy, files, context), problems: [] };
  const strategy = search.found?.strategy;
  const ranks = folders.map((folder) => folder.rank);
  const notHeld = ranksWithout(chosen.save.ranks, ranks, strategy);
  const { model, redundancy, lost, damaged } = modelOfSave(weights, strategy, notHeld);
  const isRead = (rank: number) => !unread.some((folder) => folder.rank === rank);
  const missingRanks = notHeld.filter(isRead);
  const uncovered = lost !== undefined || model.problems.some((problem) => problem.code === 'SG_COVERAGE');
  const meta = await checkMeta(folders, chosen.save, context);
  const summary = summarize({
    path,
    kind: found.output || saves.length > 1 ? 'training-output' : 'distributed',
    model,
    complete: false,
    ...(search.found && { strategy: search.found }),
    ranks,
    missingRanks,
    redundancy,
    saves,
    suffix: chosen.save.suffix,
    problems: [
      ...damaged.map((fault) => asProblem(fault, 'error')),
      ...model.problems,
      ...(strategy ? lackingProblem(model, strategy, redundancy) : []),
      ...missingRanksProblem(missingRanks, chosen.save, { uncovered, strategy: strategy !== undefined }),
      ...unreadOfAll.filter((one) => !unread.includes(one)).map(({ fault }) => asProblem(fault, 'warning')),
      ...stepsProblem(saves, chosen, ranks.filter(isRead)),
      ...prefixProblem(chosen),
      ...formatsProblem(folders, chosen),
      ...flagProblem(redundancyFlag(files), redundancy),
      ...meta.problems,
      ...(await folderProblems(weights, found.entries)),
      ...search.problems,
      ...(strategy ? [] : [noStrategyProblem(path, ranks)]),
    ],
    sideFiles: [
      ...(await unreadFiles(weights)),
      ...meta.files,
      ...(search.found?.files ?? []).map((file): ListedFile => ({ ...file, kind: 'strategy' })),
      ...(await reportFiles(found.output ? await listIfThere(path) : found.entries)),
    ],
  });
  return { summary, model, ...(strategy && { strategy }), damaged, roots: context.roots ?? [] };
}

/** Ranks that the strategy names (or, without one, that are left out between others) and the save lacks. */
export function ranksWithout(
  held: readonly number[],
  ranks: readonly number[],
  strategy: OpenCheckpoint['strategy'],
): number[] {
  const count = strategy ? strategy.stages.length * strategy.devicesPerStage : Math.max(...ranks) + 1;
  const there = new Set(held);
  return Array.from({ length: count }, (_, rank) => rank).filter((rank) => !there.has(rank));
}
