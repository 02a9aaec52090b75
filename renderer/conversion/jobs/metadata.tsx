import { lastPart } from '../../parts/words.ts';
import type { ConversionJob } from './job.ts';

/** One safetensors file with other metadata. */
export const metadata: ConversionJob<'metadata'> = {
  label: () => 'Edit metadata',
  title: ({ path }) => `Edit the metadata of ${lastPart(path)}`,
  verb: () => 'Write the file',
};
