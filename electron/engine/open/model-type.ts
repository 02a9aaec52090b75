import { join } from 'node:path';
import { readModelType } from '../../../shared/rename/config.ts';
import { readAt, withOpen } from './read-bytes.ts';

/** Bytes of a config.json: real ones have 1 to 3 kB. */
export const MAX_CONFIG_BYTES = 10_000_000;

/** What the config.json of a folder says the model is; undefined where there is none that can be read. */
export function modelTypeIn(folder: string, roots: readonly string[]): string | undefined {
  try {
    return withOpen(join(folder, 'config.json'), roots, ({ fd, size }) =>
      size > MAX_CONFIG_BYTES ? undefined : readModelType(readAt(fd, 0, size)),
    );
  } catch {
    // Opening weights does not fail for a file beside them; a job that needs the config says what is wrong.
    return undefined;
  }
}
