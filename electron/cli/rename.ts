import type { RenameOptions } from './commands/convert.ts';
import type { Terminal } from './terminal.ts';
import { writeInput, writeJob } from './write-job.ts';

/** `rename`: weights under the names of Hugging Face or MindSpore. */
export function rename(terminal: Terminal, source: string, options: RenameOptions): Promise<number> {
  const { to, qkvConcat, maxShardSize } = options;
  return writeJob(terminal, options, {
    job: 'rename',
    ...writeInput(source, options),
    to,
    qkvConcat,
    maxShardBytes: maxShardSize,
  });
}
