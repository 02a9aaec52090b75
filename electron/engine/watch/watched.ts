import { createHash } from 'node:crypto';
import { dirname, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChangedFiles, type FileChanges, MOST_NAMED } from '../../../shared/file-changes.ts';
import { naturalCompare } from '../../../shared/text/natural-order.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import { FolderFiles, type LookOptions, type Stamps, stampOfIdentity } from './folder-files.ts';

/** Changes are told when nothing has changed for this long: a save that is being written is one piece of news. */
const QUIET_MS = 2_000;
/**
 * The pause between two looks, for each file: looking at one takes 0.05 ms, so this is 1 % of a core at most. The
 * 3,072 files of 1,024 ranks are looked at every 15 s, those of 100 ranks every 2 s.
 */
const PAUSE_MS_PER_FILE = 5;
/** A drive that answers slowly is left alone for this many times the time that a look took. */
const PAUSE_PER_LOOK = 3;

export interface WatchedOptions extends LookOptions {
  readonly quietMs?: number;
}

/**
 * The files of an opened checkpoint, compared with what they were when it was opened. By looking at sizes and times
 * now and then: `fs.watch` hears nothing of what another machine writes to a network drive, which is where a running
 * training's checkpoints lie, so looking is needed anyway, and it costs next to nothing.
 */
export class Watched {
  readonly #root: string;
  readonly #files: FolderFiles;
  readonly #asOpened: Map<string, string>;
  readonly #leaveOut: (path: string) => boolean;
  readonly #quietMs: number;
  #begun = false;
  /** Files at the last look. */
  #count = 0;

  constructor({ summary, model }: OpenCheckpoint, { leaveOut, roots, quietMs = QUIET_MS }: WatchedOptions) {
    this.#root = summary.path;
    this.#quietMs = quietMs;
    this.#leaveOut = leaveOut;
    this.#asOpened = new Map(model.files.map(({ path, identity }) => [path, stampOfIdentity(identity)]));
    const others = [...model.files, ...summary.files].map(({ path }) => path);
    this.#files = new FolderFiles(this.#root, others, { leaveOut, roots });
  }

  /**
   * Resolves when the files differ from those that were opened in another way than `known` says, and have been
   * quiet since. Throws when the signal aborts.
   */
  async changes(known: string, signal: AbortSignal): Promise<FileChanges> {
    let before: FileChanges | undefined;
    for (;;) {
      const begin = performance.now();
      const now = await this.#look(signal);
      if (now && now.digest !== known && now.digest === before?.digest) return now;
      before = now;
      const took = performance.now() - begin;
      const pause = Math.max(this.#quietMs, PAUSE_MS_PER_FILE * this.#count, PAUSE_PER_LOOK * took);
      await sleep(pause, undefined, { signal, ref: false });
    }
  }

  /** undefined when it cannot be told now. */
  async #look(signal: AbortSignal): Promise<FileChanges | undefined> {
    try {
      const stamps = await this.#files.look(signal);
      this.#count = stamps?.size ?? 0;
      if (stamps && !this.#begun) this.#begin(stamps);
      return this.#compare(stamps);
    } catch (error) {
      if (signal.aborted) throw error;
      return undefined;
    }
  }

  /** Files beside the weights have no identity: what they are at the first look, just after opening, counts. */
  #begin(stamps: Stamps): void {
    this.#begun = true;
    for (const [path, stamp] of stamps) if (!this.#asOpened.has(path)) this.#asOpened.set(path, stamp);
  }

  #compare(stamps: Stamps | undefined): FileChanges {
    if (stamps === undefined)
      return { digest: 'gone', added: NONE, removed: NONE, changed: NONE, gone: true };
    const added: string[] = [];
    const changed: string[] = [];
    const hash = createHash('sha256');
    for (const [path, stamp] of [...stamps].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const was = this.#asOpened.get(path);
      if (was === stamp) continue;
      (was === undefined ? added : changed).push(path);
      hash.update(`${path}\0${stamp}\0`);
    }
    const removed = [...this.#asOpened.keys()].filter((path) => !stamps.has(path) && !this.#leaveOut(path));
    for (const path of removed.sort()) hash.update(`-${path}\0`);
    const any = added.length + changed.length + removed.length > 0;
    return {
      digest: any ? hash.digest('hex').slice(0, 16) : '',
      added: this.#named(added),
      removed: this.#named(removed),
      changed: this.#named(changed),
      gone: false,
    };
  }

  #named(paths: readonly string[]): ChangedFiles {
    const names = paths.map((path) => relative(this.#root, path) || relative(dirname(path), path));
    return { count: names.length, names: names.sort(naturalCompare).slice(0, MOST_NAMED) };
  }
}

const NONE: ChangedFiles = { count: 0, names: [] };
