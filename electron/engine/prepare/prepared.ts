import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import { refuse } from '../../../shared/errors.ts';
import type { JobFindings } from '../../../shared/jobs.ts';
import type { Plan } from '../../../shared/plan/plan.ts';
import type { Strategy } from '../../../shared/strategy/strategy.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import { t } from '../../../shared/text/t.ts';
import { formatCount } from '../../../shared/text/units.ts';
import type { OpenCheckpoint } from '../open/open.ts';

/** A job that is ready to run: what it does, and how its parts were found. */
export interface Prepared {
  readonly plan: Plan;
  /** How everything was found, in sentences, so that nothing is guessed silently. */
  readonly facts: readonly string[];
  readonly findings?: JobFindings;
  /** What an output folder should be called, beside the source: `merged_step20`. */
  readonly outName: string;
}

/** An opened source with its strategy. */
export type WithStrategy = OpenCheckpoint & { readonly strategy: Strategy };

export function isComplete({ kind }: Pick<CheckpointSummary, 'kind'>): boolean {
  return kind === 'complete-huggingface' || kind === 'complete-mindspore' || kind === 'file';
}

/**
 * Refuses sources that no job can work with: a strategy alone, and weight files that cannot be read whole. A
 * damaged rank file stops a job also where replicas could stand in: where one is damaged, more may be.
 */
export function refuseUnusable({ summary, damaged }: OpenCheckpoint): void {
  if (summary.kind === 'strategy') {
    refuse(
      'CP_NOT_DISTRIBUTED',
      'this is a strategy, it holds no weights',
      'Open the folder of weights and name this strategy for it.',
      { file: summary.path },
    );
  }
  const [first] = damaged;
  if (!first) return;
  refuse(
    first.code,
    first.message,
    first.file === undefined || isComplete(summary)
      ? first.advice
      : `${first.advice} To go on without it, move it away: other ranks may hold the same slices.`,
    first,
  );
}

/** Refuses rank folders of which no strategy says what their ranks hold. */
export function requireStrategy(open: OpenCheckpoint): asserts open is WithStrategy {
  if (open.strategy) return;
  const { summary } = open;
  if (isComplete(summary)) {
    refuse(
      'CP_NOT_DISTRIBUTED',
      'these are complete weights, not the weights of ranks',
      'Slice them for a strategy first, or open a folder of rank folders.',
      { file: summary.path },
    );
  }
  refuse(
    'SG_NOT_FOUND',
    summary.ranks.length === 1
      ? `no strategy was found for ${rankList(summary.ranks)}, so nobody can say which part it holds`
      : `no strategy was found for the ${formatCount(summary.ranks.length)} ranks, so nobody can say which part each of them holds`,
    summary.ranks.length === 1
      ? 'Name the strategy that the training run wrote, usually output/strategy. Of a training on one card, take the weight file itself.'
      : 'Name the strategy file or folder that the training run wrote, usually output/strategy.',
    { file: summary.path },
  );
}

/** Step, strategy and redundancy of a source, as sentences. */
export function sourceFacts({ summary }: OpenCheckpoint): string[] {
  const said: string[] = [];
  const save = summary.saves.find((candidate) => candidate.suffix === summary.suffix);
  if (save?.step !== undefined) {
    const { step } = save;
    said.push(
      save.whole
        ? t('Step {{step}}, of {{count}} saves, on every rank.', { step, count: summary.saves.length })
        : t('Step {{step}}, on {{ranks}}.', { step, ranks: rankList(save.ranks) }),
    );
  }
  if (summary.strategy) {
    const { path, fileCount, words, origin } = summary.strategy;
    const strategy = { path, files: t('{{count}} files', { count: fileCount }), words };
    said.push(
      origin === 'found'
        ? t('Strategy found in {{path}} ({{files}}, {{words}}).', strategy)
        : t('Strategy given in {{path}} ({{files}}, {{words}}).', strategy),
    );
  }
  if (summary.redundancy.state === 'full') said.push(t('Saved with redundancy; each slice is read once.'));
  if (summary.redundancy.state === 'removed') said.push(t('Saved without redundancy.'));
  return said;
}

/** Replicas stand in for missing ranks: that works, and is said. */
export function replicaWarnings({ summary: { missingRanks } }: OpenCheckpoint): string[] {
  if (missingRanks.length === 0) return [];
  const ranks = rankList(missingRanks);
  return [
    missingRanks.length === 1
      ? t('{{ranks}} is missing; the same slices are read from other ranks.', { ranks })
      : t('{{ranks}} are missing; the same slices are read from other ranks.', { ranks }),
  ];
}

/** One rank's file is taken for whole weights, which it is after training on one card only. */
export function loneRankWarnings({ summary: { kind, ranks, strategy } }: OpenCheckpoint): string[] {
  if (kind !== 'file' || ranks.length === 0 || strategy) return [];
  return [
    t('This is the file of {{ranks}} alone, taken for whole weights: true of a training on one card only.', {
      ranks: rankList(ranks),
    }),
  ];
}

/** `step20` of the open save; undefined where names carry no step. */
export function stepWord({ summary }: OpenCheckpoint): string | undefined {
  const step = summary.saves.find((save) => save.suffix === summary.suffix)?.step;
  return step === undefined ? undefined : `step${step}`;
}
