import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ShardscopeError } from '../../../shared/errors.ts';
import { volume } from '../../../shared/layout/box.ts';
import { itemBytes } from '../../../shared/values/elements.ts';
import { npyDtype, npyItemBytes } from '../../../shared/values/npy.ts';
import type { SavedTensor } from '../../../shared/values/results.ts';
import { type Selection, selectedShape } from '../../../shared/values/slice.ts';
import { writeError } from '../errno.ts';
import { temporaryName } from '../job-record.ts';
import { resolveOutput } from '../output-checks.ts';
import { syncFolder } from '../output-files.ts';
import { checkReplaceable } from '../publish-file.ts';
import { checkSpace } from '../space.ts';
import { type ReadingContext, withControl } from './reading.ts';
import type { TensorSource } from './tensor-source.ts';

interface SaveOptions {
  readonly format: 'npy' | 'csv';
  readonly out: string;
  readonly overwrite: boolean;
  /** Files that must not be written over, whatever is asked. */
  readonly sources: readonly { readonly path: string }[];
}

/**
 * Writes what is selected to a file beside `out` and gives it its name when it is whole. Refuses OUT_EXISTS,
 * OUT_IS_SOURCE, OUT_SPACE, OUT_WRITE, IO_*, CANCELLED; then nothing is left.
 */
export async function saveTensor(
  source: TensorSource,
  selection: Selection,
  options: SaveOptions,
  context: ReadingContext,
): Promise<SavedTensor> {
  const { format, overwrite } = options;
  const sources = options.sources.map((file) => file.path);
  const { dtype } = source;
  const path = await resolveOutput(options.out);
  await checkReplaceable(path, { overwrite, sources });
  const shape = selectedShape(selection);
  const count = volume(selection.box.extent);
  // Nobody knows the length of a CSV before it is written: what is needed at least.
  await checkSpace(path, count * (format === 'npy' ? npyItemBytes(dtype) : 2));
  const temporary = join(dirname(path), temporaryName(basename(path)));
  const { pool, signal } = context;
  try {
    const bytes = await withControl(context, count * itemBytes(dtype), (control) =>
      pool.run(
        {
          type: 'write-values',
          source,
          box: selection.box,
          shape,
          format,
          path: temporary,
          control: control.shared,
        },
        signal,
      ),
    );
    await checkReplaceable(path, { overwrite, sources });
    await rename(temporary, path);
    await syncFolder(dirname(path));
    return { path, bytes, shape, dtype: format === 'npy' ? npyDtype(dtype) : 'text' };
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw named(error, temporary, path);
  }
}

/** Faults name the file that was asked for: the temporary one is gone. */
function named(error: unknown, temporary: string, path: string): ShardscopeError {
  if (!(error instanceof ShardscopeError)) return writeError(error, path);
  const { fault } = error;
  if (fault.file !== temporary) return error;
  return new ShardscopeError({
    ...fault,
    file: path,
    message: fault.message.replaceAll(temporary, path),
  });
}
