import { t } from '../../language/t.ts';
import { RankOptions, rankOptionWords, TargetStrategy } from '../target-strategy.tsx';
import type { ConversionJob } from './job.ts';

/** Complete weights cut into what each rank of a training run loads. */
export const slice: ConversionJob<'slice'> = {
  label: () => t('Slice for ranks'),
  title: () => t('Slice into the files of ranks'),
  verb: () => t('Slice'),
  Asked: TargetStrategy,
  Options: RankOptions,
  optionWords: rankOptionWords,
};
