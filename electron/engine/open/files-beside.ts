import { isSideFile, type SideFile } from '../../../shared/plan/side-files.ts';
import type { Entry } from './folder.ts';
import { withOpen } from './read-bytes.ts';

/** Above this a file is not small, and nobody's configuration: the largest tokenizers have 35 MB. */
const MAX_SIDE_BYTES = 256 * 1024 ** 2;

/** Configuration and tokenizer, in natural order; none that may not be read here, or is no file. */
export function filesBeside(entries: readonly Entry[], roots: readonly string[]): SideFile[] {
  return entries.flatMap(({ name, path }) => {
    if (!isSideFile(name)) return [];
    try {
      const { size, identity } = withOpen(path, roots, (file) => file);
      return size <= MAX_SIDE_BYTES ? [{ name, path, size, identity }] : [];
    } catch {
      return [];
    }
  });
}
