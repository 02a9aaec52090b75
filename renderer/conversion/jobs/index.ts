import type { JobName } from '../../../shared/job-options.ts';
import { convert } from './convert.tsx';
import type { ConversionJob } from './job.ts';
import { merge } from './merge.tsx';
import { metadata } from './metadata.tsx';
import { dedupe, restore } from './redundancy.tsx';
import { rename } from './rename.tsx';
import { reshard } from './reshard.tsx';
import { salvage } from './salvage.tsx';
import { slice } from './slice.tsx';

export const CONVERSION_JOBS: { readonly [J in JobName]: ConversionJob<J> } = {
  merge,
  slice,
  reshard,
  dedupe,
  restore,
  rename,
  convert,
  metadata,
  salvage,
};
