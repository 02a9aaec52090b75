import { t } from '../../language/t.ts';
import { lastPart } from '../../parts/words.ts';
import type { ConversionJob } from './job.ts';

/** What is left of a file that was cut short. */
export const salvage: ConversionJob<'salvage'> = {
  label: () => t('Write what is left'),
  title: ({ path }) => t('Write what is left of {{path}}', { path: lastPart(path) }),
  verb: () => t('Write the file'),
};
