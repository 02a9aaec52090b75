import type { MetadataOptions } from './commands/convert.ts';
import type { Terminal } from './terminal.ts';
import { writeInput, writeJob } from './write-job.ts';

/** `metadata`: a safetensors file with other metadata. */
export function metadata(terminal: Terminal, source: string, options: MetadataOptions): Promise<number> {
  const { set, remove } = options;
  return writeJob(terminal, options, {
    job: 'metadata',
    ...writeInput(source, options),
    ...(set && { set: [...set] }),
    ...(remove && { remove: [...remove] }),
  });
}
