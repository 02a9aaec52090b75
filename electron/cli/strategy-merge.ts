import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { refuse } from '../../shared/errors.ts';
import { mergeStrategyFiles } from '../../shared/strategy/combine.ts';
import { writeStrategyJson, writeStrategyProtobuf } from '../../shared/strategy/write.ts';
import { formatCount } from '../../shared/text/units.ts';
import { writeError } from '../engine/errno.ts';
import { readStrategyFiles } from './strategy-files.ts';
import type { Terminal } from './terminal.ts';

/**
 * `strategy merge`: one file for all pipeline stages, as `ms.merge_pipeline_strategys` writes it; JSON when the
 * name ends in `.json`. Nothing in the source folder is touched.
 */
export async function strategyMerge(
  terminal: Terminal,
  source: string,
  destination: string,
  options: { overwrite?: boolean; dryRun?: boolean },
): Promise<number> {
  const out = resolve(destination);
  const files = await readStrategyFiles(resolve(source));
  const merged = mergeStrategyFiles(files);
  const bytes = out.endsWith('.json')
    ? new TextEncoder().encode(writeStrategyJson(merged))
    : writeStrategyProtobuf(merged);
  if (options.dryRun !== true) await publish(out, bytes, options.overwrite ?? false);
  const result = { out, files: files.length, parameters: merged.layouts.size, bytes: bytes.length };
  if (terminal.json) terminal.document(result);
  else if (!terminal.quiet)
    terminal.print(
      `${options.dryRun === true ? 'Would merge' : 'Merged'} ${formatCount(result.files)} strategy files, ${formatCount(result.parameters)} parameters, into ${out}.`,
    );
  return 0;
}

/** Gives the file its name when it is whole and flushed; a name that is taken is refused unless `overwrite`. */
async function publish(out: string, bytes: Uint8Array, overwrite: boolean): Promise<void> {
  if (!overwrite && existsSync(out))
    refuse('OUT_EXISTS', `${out} exists already.`, 'Choose another name, or add --overwrite.', { file: out });
  const temporary = join(dirname(out), `.${basename(out)}.${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(dirname(out), { recursive: true });
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, out);
  } catch (error) {
    throw writeError(error, out);
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
}
