import type { ConversionJob } from './job.ts';

/** Keeps one copy of each slice. */
export const dedupe: ConversionJob<'dedupe'> = {
  label: () => 'Remove redundancy',
  title: () => 'Remove redundancy: keep one copy of each slice',
  verb: () => 'Remove redundancy',
};

/** Gives every rank its own copy again. */
export const restore: ConversionJob<'restore'> = {
  label: () => 'Restore redundancy',
  title: () => 'Restore redundancy: every rank with its own copy',
  verb: () => 'Restore redundancy',
};
