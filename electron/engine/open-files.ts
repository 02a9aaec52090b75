import { closeSync, openSync } from 'node:fs';
import { asFault } from '../../shared/errors.ts';
import { writeError } from './errno.ts';
import { openUnchanged } from './identity.ts';

/** A source as a task names it: opened only while it is the file that was planned with. */
export interface SourceName {
  readonly path: string;
  readonly identity: string;
}

/**
 * Descriptors kept open at once by this thread: well below the usual limit of 1,024 a process. Where fewer may be
 * open, half of what this thread had when that showed: others need some, too.
 */
let mostOpen = 128;

interface Open {
  readonly fd: number;
  readonly flags: 'r' | 'r+';
}

/** File descriptors of one task, opened when first used; past `mostOpen` the least recently used is closed. */
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
    const file = this.#open.get(path) ?? { fd: this.#opened(open), flags };
    this.#open.delete(path);
    this.#open.set(path, file);
    this.#closeTo(mostOpen);
    return file.fd;
  }

  #opened(open: () => number): number {
    try {
      return open();
    } catch (error) {
      if (asFault(error).found !== 'EMFILE' || this.#open.size === 0) throw error;
      mostOpen = Math.ceil(this.#open.size / 2);
      this.#closeTo(mostOpen - 1);
      return open();
    }
  }

  #closeTo(most: number): void {
    while (this.#open.size > most) this.#closeOldest();
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
