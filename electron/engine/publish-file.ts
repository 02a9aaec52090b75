import { lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { refuse } from '../../shared/errors.ts';
import { errnoOf, writeError } from './errno.ts';
import { temporaryName } from './job-record.ts';
import { resolveOutput } from './output-checks.ts';
import { syncFolder } from './output-files.ts';

/**
 * Writes one file beside its place, flushes it, and gives it its name in one step. Links to it are followed and
 * kept.
 *
 * @param sources files that must not be replaced, whatever links lead to them
 * @throws OUT_EXISTS for a name that is taken unless `overwrite`, and for a folder; OUT_IS_SOURCE; OUT_*, IO_*
 */
export async function publishFile(
  out: string,
  bytes: Uint8Array,
  options: { readonly overwrite: boolean; readonly sources: readonly string[] },
): Promise<void> {
  const target = await resolveOutput(out);
  await checkReplaceable(target, options);
  const temporary = join(dirname(target), temporaryName(basename(target)));
  try {
    await mkdir(dirname(target), { recursive: true });
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
    await syncFolder(dirname(target));
  } catch (error) {
    throw writeError(error, target);
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

/** Refuses a name that is taken: OUT_EXISTS, and OUT_IS_SOURCE for a source by any name of it. */
export async function checkReplaceable(
  target: string,
  { overwrite, sources }: { readonly overwrite: boolean; readonly sources: readonly string[] },
): Promise<void> {
  const there = await lstat(target, { bigint: true }).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw writeError(error, target);
  });
  if (there === undefined) return;
  if (!there.isFile())
    refuse('OUT_EXISTS', `${target} exists and is no file.`, 'Choose another name.', { file: target });
  for (const path of sources) {
    const source = await stat(path, { bigint: true }).catch(() => undefined);
    if (source?.dev === there.dev && source.ino === there.ino)
      refuse('OUT_IS_SOURCE', `${target} is the source itself.`, 'Choose another name.', { file: target });
  }
  if (!overwrite)
    refuse(
      'OUT_EXISTS',
      `${target} exists already.`,
      'Choose another name, or allow overwriting (--overwrite).',
      {
        file: target,
      },
    );
}
