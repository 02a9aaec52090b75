import type { MetadataOptions } from './commands/convert.ts';
import type { WriteOptions } from './options.ts';
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

/** `salvage`: what is left of a safetensors file. */
export function salvage(terminal: Terminal, source: string, options: WriteOptions): Promise<number> {
  return writeJob(terminal, options, { job: 'salvage', ...writeInput(source, options) });
}
