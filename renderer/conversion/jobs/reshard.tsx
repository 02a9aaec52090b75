import { t } from '../../language/t.ts';
import { RankOptions, rankOptionWords, TargetStrategy } from '../target-strategy.tsx';
import type { ConversionJob } from './job.ts';

/** Rank folders cut for another strategy, without writing the complete weights in between. */
export const reshard: ConversionJob<'reshard'> = {
  label: () => t('Reshard for another strategy'),
  title: (_, { ranks }) => t('Reshard {{count}} ranks for another strategy', { count: ranks.length }),
  verb: () => t('Reshard'),
  Asked: TargetStrategy,
  Options: RankOptions,
  optionWords: rankOptionWords,
};
