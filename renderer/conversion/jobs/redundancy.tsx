import { t } from '../../language/t.ts';
import type { ConversionJob } from './job.ts';

/** Keeps one copy of each slice. */
export const dedupe: ConversionJob<'dedupe'> = {
  label: () => t('Remove redundancy'),
  title: () => t('Remove redundancy: keep one copy of each slice'),
  verb: () => t('Remove redundancy'),
};

/** Gives every rank its own copy again. */
export const restore: ConversionJob<'restore'> = {
  label: () => t('Restore redundancy'),
  title: () => t('Restore redundancy: every rank with its own copy'),
  verb: () => t('Restore redundancy'),
};
