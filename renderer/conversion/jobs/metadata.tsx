import { t } from '../../language/t.ts';
import { lastPart } from '../../parts/words.ts';
import type { ConversionJob } from './job.ts';

/** One safetensors file with other metadata. */
export const metadata: ConversionJob<'metadata'> = {
  label: () => t('Edit metadata'),
  title: ({ path }) => t('Edit the metadata of {{path}}', { path: lastPart(path) }),
  verb: () => t('Write the file'),
};
