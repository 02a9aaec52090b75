import type { ConvertOptions } from './commands/convert.ts';
import { absolute } from './paths.ts';
import type { Terminal } from './terminal.ts';
import { writeInput, writeJob } from './write-job.ts';

/** `convert`: each weight file in the other format. */
export function convert(terminal: Terminal, source: string, options: ConvertOptions): Promise<number> {
  const { to, nameMap, fileNameRegex, crc } = options;
  return writeJob(terminal, options, {
    job: 'convert',
    ...writeInput(source, options),
    to,
    nameMap: absolute(nameMap),
    fileNameRegex,
    crc,
  });
}
