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

interface Open {
  readonly fd: number;
  readonly flags: 'r' | 'r+';
}

/** File descriptors of one task, opened when first used; the least recently used is closed past 128. */
export class OpenFiles {
  readonly #open = new Map<string, Open>();

  source(source: SourceName): number {
    return this.#get(source.path, 'r', () => openUnchanged(source).fd);
  }

  output(path: string, flags: 'r' | 'r+'): number {
    return this.#get(path, flags, () => {
      try {
        return openSync(path, flags);
      } catch (error) {
        throw writeError(error, path);
      }
    });
  }

  /** Closes all, whatever fails. A network drive may say only now that it could not write. */
  close(): void {
    let failure: unknown;
    while (this.#open.size > 0)
      try {
        this.#closeOldest();
      } catch (error) {
        failure = error;
      }
    if (failure !== undefined) throw failure;
  }

  #get(path: string, flags: Open['flags'], open: () => number): number {
    const file = this.#open.get(path) ?? { fd: open(), flags };
    this.#open.delete(path);
    this.#open.set(path, file);
    if (this.#open.size > MOST_OPEN) this.#closeOldest();
    return file.fd;
  }

  #closeOldest(): void {
    for (const [path, { fd, flags }] of this.#open) {
      this.#open.delete(path);
      try {
        closeSync(fd);
      } catch (error) {
        if (flags === 'r+') throw writeError(error, path);
      }
      return;
    }
  }
}
