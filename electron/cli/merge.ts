import type { MergeOptions } from './commands/convert.ts';
import { copyInput } from './options.ts';
import { absolute } from './paths.ts';
import type { Terminal } from './terminal.ts';
import { writeInput, writeJob } from './write-job.ts';

const DTYPES = { f32: 'F32', f16: 'F16', bf16: 'BF16' } as const;

/** `merge`: complete weights from the slices of all ranks. */
export function merge(terminal: Terminal, source: string, options: MergeOptions): Promise<number> {
  const { fileSuffix, hasRedundancy, names, filterOutParamPrefix = [], maxShardSize } = options;
  const { filterOutRegex, weightsOnly, dtype, failOnOverflow } = options;
  return writeJob(terminal, options, {
    job: 'merge',
    ...writeInput(source, options),
    ...copyInput(options),
    strategy: absolute(options.strategy),
    fileSuffix,
    hasRedundancy,
    names,
    filterOutParamPrefix: [...filterOutParamPrefix],
    filterOutRegex,
    weightsOnly,
    dtype: dtype && DTYPES[dtype],
    failOnOverflow,
    maxShardBytes: maxShardSize,
  });
}
