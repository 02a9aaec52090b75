import { counted } from '../../parts/words.ts';
import { RankOptions, rankOptionWords, TargetStrategy } from '../target-strategy.tsx';
import type { ConversionJob } from './job.ts';

/** Rank folders cut for another strategy, without writing the complete weights in between. */
export const reshard: ConversionJob<'reshard'> = {
  label: () => 'Reshard for another strategy',
  title: (_, { ranks }) => `Reshard ${counted(ranks.length, 'rank')} for another strategy`,
  verb: () => 'Reshard',
  Asked: TargetStrategy,
  Options: RankOptions,
  optionWords: rankOptionWords,
};
