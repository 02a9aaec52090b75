import type { RenameOptions } from './commands/convert.ts';
import { copyInput } from './options.ts';
import { absolute } from './paths.ts';
import type { Terminal } from './terminal.ts';
import { writeInput, writeJob } from './write-job.ts';

/** `rename`: weights under the names of Hugging Face or MindSpore. */
export function rename(terminal: Terminal, source: string, options: RenameOptions): Promise<number> {
  const { to, qkvConcat, maxShardSize } = options;
  return writeJob(terminal, options, {
    job: 'rename',
    ...writeInput(source, options),
    ...copyInput(options),
    strategy: absolute(options.strategy),
    fileSuffix: options.fileSuffix,
    to,
    qkvConcat,
    maxShardBytes: maxShardSize,
  });
}
