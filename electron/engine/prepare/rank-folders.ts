import { basename } from 'node:path';
import { refuse } from '../../../shared/errors.ts';
import type { OptionsOf } from '../../../shared/job-options.ts';
import { bytesMoved } from '../../../shared/plan/plan.ts';
import { planRankFolders } from '../../../shared/plan/rank-folders.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import { t } from '../../../shared/text/t.ts';
import { formatCount } from '../../../shared/text/units.ts';
import type { OpenStrategy } from '../open/find-strategy.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import { metaTexts } from './meta-texts.ts';
import {
  isComplete,
  loneRankWarnings,
  type Prepared,
  refuseUnusable,
  replicaWarnings,
  requireStrategy,
  sourceFacts,
  stepWord,
} from './prepared.ts';

/** Slices complete weights to the rank folders of a strategy, as `ms.load_distributed_checkpoint` does. */
export function prepareSlice(
  open: OpenCheckpoint,
  options: OptionsOf<'slice'>,
  target: OpenStrategy,
): Prepared {
  refuseUnusable(open);
  if (!isComplete(open.summary)) {
    refuse(
      'CP_NOT_DISTRIBUTED',
      'these are the weights of ranks, not complete weights',
      'Reshard them from their own strategy to the new one.',
      { file: open.summary.path },
    );
  }
  const prepared = rankFolders(open, options, target);
  refuseOtherNames(open, prepared);
  return prepared;
}

/** `lm_head.weight` has one name in both worlds: cutting it alone is nothing that anybody wants. */
function refuseOtherNames({ summary }: OpenCheckpoint, { plan: { unmatched } }: Prepared): void {
  const strangers = unmatched?.notInStrategy.length ?? 0;
  if (summary.naming !== 'huggingface' || strangers * 2 < summary.tensorCount) return;
  refuse(
    'CP_EMPTY',
    `${formatCount(strangers)} of the ${formatCount(summary.tensorCount)} tensors are not in the strategy: they have Hugging Face's names, the strategy has others`,
    "Rename the weights to MindSpore's names first, then slice them.",
    { file: summary.path },
  );
}

/** Cuts rank folders for another strategy, without writing the complete weights in between. */
export function prepareReshard(
  open: OpenCheckpoint,
  options: OptionsOf<'reshard'>,
  target: OpenStrategy,
): Prepared {
  refuseUnusable(open);
  requireStrategy(open);
  return rankFolders(open, options, target);
}

function rankFolders(
  open: OpenCheckpoint,
  options: OptionsOf<'slice'> | OptionsOf<'reshard'>,
  target: OpenStrategy,
): Prepared {
  const plan = planRankFolders(open.model, {
    job: options.job,
    target: target.strategy,
    removeRedundancy: options.removeRedundancy,
    ...(options.ranks && { ranks: [...new Set(options.ranks)].sort((a, b) => a - b) }),
    fileName: (rank) => `rank_${rank}/net.safetensors`,
    hyper: 'lowest',
  });
  const { words, path } = target.summary;
  return {
    plan: { ...plan, warnings: [...replicaWarnings(open), ...loneRankWarnings(open), ...plan.warnings] },
    facts: [...sourceFacts(open), t('Cut for {{words}}, by {{path}}.', { words, path })],
    findings: { ...(plan.unmatched && { unmatched: plan.unmatched }) },
    outName: [basename(open.summary.path), stepWord(open), words.replaceAll(/[^\w]+/g, '_')]
      .filter((word) => word !== undefined)
      .join('_'),
  };
}

/** Keeps one copy of each slice (dedupe), or gives every rank its own again (restore). File names are kept, but for the ending. */
export function prepareRedundancy(
  open: OpenCheckpoint,
  options: OptionsOf<'dedupe'> | OptionsOf<'restore'>,
): Prepared {
  refuseUnusable(open);
  requireStrategy(open);
  const names = new Map(
    open.model.files.map(({ rank, path }) => [rank, basename(path).replace(/\.ckpt$/, '.safetensors')]),
  );
  const plan = planRankFolders(open.model, {
    job: options.job,
    target: open.strategy,
    removeRedundancy: options.job === 'dedupe',
    fileName: (rank) => `rank_${rank}/${names.get(rank) ?? nameLike(names.get(open.summary.ranks[0]), rank)}`,
    hyper: 'own',
  });
  const texts = metaTexts(open.summary, plan.outputs);
  const change = { bytesBefore: open.summary.storedByteCount, bytesAfter: bytesMoved(plan) };
  return {
    plan: {
      ...plan,
      texts,
      warnings: [...replicaWarnings(open), ...hyperWarnings(open), ...plan.warnings],
    },
    facts: [
      ...sourceFacts(open),
      ...(texts.length > 0
        ? [t('meta.json of each rank names this save, for training to resume from.')]
        : []),
    ],
    findings: { ...(plan.unmatched && { unmatched: plan.unmatched }), redundancy: change },
    outName: [
      basename(open.summary.path),
      stepWord(open),
      options.job === 'dedupe' ? 'deduplicated' : 'redundant',
    ]
      .filter((word) => word !== undefined)
      .join('_'),
  };
}

function hyperWarnings({ summary: { missingRanks, hyperCount }, model }: OpenCheckpoint): string[] {
  if (missingRanks.length === 0 || hyperCount === 0) return [];
  const lowest = Math.min(...model.files.map((file) => file.rank ?? 0));
  return [
    t('Hyper parameters of {{ranks}} are copies of those of rank {{rank}}.', {
      ranks: rankList(missingRanks),
      rank: lowest,
    }),
  ];
}

/** A missing rank's file gets the name that another rank's has, with its own number in it. */
function nameLike(name: string | undefined, rank: number): string {
  return name?.replace(/rank_\d+/, `rank_${rank}`) ?? 'net.safetensors';
}
