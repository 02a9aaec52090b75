import { closeSync, openSync } from 'node:fs';
import { writeError } from './errno.ts';
import { openUnchanged } from './identity.ts';

/** A source as a task names it: opened only while it is the file that was planned with. */
export interface SourceName {
  readonly path: string;
  readonly identity: string;
}

/** Descriptors kept open at once by one thread: well below the usual limit of 1,024 a process. */
const MOST_OPEN = 128;

/** File descriptors of one task, opened when first used; the least recently used is closed past 128. */
export class OpenFiles {
  readonly #open = new Map<string, number>();

  source(source: SourceName): number {
    return this.#get(source.path, () => openUnchanged(source).fd);
  }

  output(path: string, flags: 'r' | 'r+'): number {
    return this.#get(path, () => {
      try {
        return openSync(path, flags);
      } catch (error) {
        throw writeError(error, path);
      }
    });
  }

  close(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }

  #get(path: string, open: () => number): number {
    const known = this.#open.get(path);
    const fd = known ?? open();
    this.#open.delete(path);
    this.#open.set(path, fd);
    if (this.#open.size > MOST_OPEN) this.#closeOldest();
    return fd;
  }

  #closeOldest(): void {
    for (const [path, fd] of this.#open) {
      this.#open.delete(path);
      closeSync(fd);
      return;
    }
  }
}
